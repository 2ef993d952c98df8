import { startWorker } from "../page/startWorker";
import type { TypeAnswer, TypeQuestion } from "../types/protocol";

/** What the checker says of a cell. */
export type Checked = Omit<TypeAnswer, "question">;

/** The type checker of the page: TypeScript in a worker of its own, loaded when a changed cell is to run. */
export class TypeChecks {
  #worker: Worker | undefined;
  #waiting = new Map<number, (answer: Checked) => void>();
  #last = 0;

  /** Begins to load the checker. */
  prepare(): void {
    this.#worker ??= this.#start();
  }

  /** Checks the last of the cells. */
  check(label: string, cells: TypeQuestion["cells"]): Promise<Checked> {
    this.prepare();
    const question = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(question, resolve);
      this.#worker?.postMessage({ question, label, cells } satisfies TypeQuestion);
    });
  }

  /** Ends what is being checked. */
  stop(): void {
    if (this.#waiting.size > 0) this.#end("it was stopped");
  }

  #start(): Worker {
    const worker = startWorker("types");
    worker.addEventListener("message", ({ data }: MessageEvent<TypeAnswer>) => {
      this.#waiting.get(data.question)?.(data);
      this.#waiting.delete(data.question);
    });
    worker.addEventListener("error", ({ message }) => this.#end(message || "it could not be loaded"));
    return worker;
  }

  #end(failed: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (const resolve of waiting) resolve({ failed });
  }
}
