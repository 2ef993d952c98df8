import type { ErrorReport } from "../../src/cells/errorReport";
import { startWorker } from "../page/startWorker";
import type { TypeAnswer, TypeQuestion } from "../types/protocol";

/** The type checker of the page: TypeScript in a worker of its own, loaded when a changed cell is to run. */
export class TypeChecks {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, (report: ErrorReport | undefined) => void>();
  #last = 0;

  /** Begins to load the checker. */
  prepare(): void {
    this.#worker ??= this.#start();
  }

  /** Checks the last of the cells; gives the report of what is wrong, undefined if nothing is. */
  check(label: string, cells: TypeQuestion["cells"]): Promise<ErrorReport | undefined> {
    this.prepare();
    const question = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(question, resolve);
      this.#worker?.postMessage({ question, label, cells } satisfies TypeQuestion);
    });
  }

  #start(): Worker {
    const worker = startWorker("types");
    worker.addEventListener("message", ({ data }: MessageEvent<TypeAnswer>) => {
      this.#waiting.get(data.question)?.(data.report);
      this.#waiting.delete(data.question);
    });
    worker.addEventListener("error", ({ message }) => {
      // Cells run without a check of their types, as JavaScript would.
      console.warn(`The type checker could not be loaded: ${message}`);
      for (const resolve of this.#waiting.values()) resolve(undefined);
      this.#waiting.clear();
      this.#worker = undefined;
    });
    return worker;
  }
}
