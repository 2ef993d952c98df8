import { startWorker } from "../page/startWorker";
import type { Compiled, FromWorker, Output, ToWorker } from "../worker/protocol";

/** Where the outputs of a run go, and who answers its questions. */
export type Listener = {
  output(output: Output, id?: string): void;
  clear(wait: boolean): void;
  ask(prompt: string, password: boolean): Promise<string>;
};

/** How a run ended: well, with an error, or stopped together with the whole worker. */
export type RunEnd = { end: "ok" | "error" | "stopped"; milliseconds: number };

/** The worker in which the cells of the page run; ending it is the only way to end a loop. */
export class CellWorker {
  #worker: Worker | undefined;
  #runs = new Map<number, { listener: Listener; resolve(end: RunEnd): void }>();
  #last = 0;

  /** Runs a cell; `compiled` is its JavaScript, where the worker could not make it. */
  run(cell: { label: string; code: string; compiled?: Compiled }, listener: Listener): Promise<RunEnd> {
    this.#worker ??= this.#start();
    const run = ++this.#last;
    const worker = this.#worker;
    return new Promise((resolve) => {
      this.#runs.set(run, { listener, resolve });
      worker.postMessage({ type: "run", run, ...cell } satisfies ToWorker);
    });
  }

  /** Ends the worker, and with it every run and all names. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const runs = [...this.#runs.values()];
    this.#runs = new Map();
    for (const { resolve } of runs) resolve({ end: "stopped", milliseconds: 0 });
  }

  #start(): Worker {
    const worker = startWorker("cells");
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    worker.addEventListener("error", ({ message }) => {
      const text = `The worker of the cells could not go on: ${message || "its script could not be loaded"}.`;
      const report = { ename: "WorkerError", evalue: text, traceback: [text] };
      for (const { listener } of this.#runs.values()) listener.output({ output_type: "error", ...report });
      this.stop();
    });
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.type === "ready") return;
    const found = this.#runs.get(message.run);
    if (!found) return;
    if (message.type === "output") found.listener.output(message.output, message.id);
    else if (message.type === "clear") found.listener.clear(message.wait);
    else if (message.type === "ask")
      void found.listener.ask(message.prompt, message.password).then((text) => {
        if (this.#runs.has(message.run))
          this.#worker?.postMessage({ type: "answer", text } satisfies ToWorker);
      });
    else {
      this.#runs.delete(message.run);
      found.resolve({ end: message.ok ? "ok" : "error", milliseconds: message.milliseconds });
    }
  }
}
