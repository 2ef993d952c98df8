import { join } from "node:path";
import process from "node:process";
import { MessageChannel, Worker } from "node:worker_threads";
import { InterruptMemory } from "./interruptMemory";

/**
 * Hears every SIGINT (Jupyter's Stop), also when this thread is too busy to. A synchronous script run with
 * `breakOnSigint` is stopped by Node itself; otherwise a second thread hears the signal and tells this one, and a third
 * ends the reader's code if this one does not listen. To be made as early as can be: before, the signal ends the process.
 */
export class Interrupts {
  /** Resolves when Stop is heard however busy this thread is. */
  readonly ready: Promise<void>;
  /** Called with the time of a Stop, in a turn of its own, unless the Stop has been taken before. */
  onStop: (time: number) => void = () => {};
  readonly #memory = new InterruptMemory();
  readonly #stopper: Worker;

  constructor() {
    const early = () => {
      this.#memory.stop();
      this.#tell();
    };
    process.on("SIGINT", early);
    keepSignalFromListeners();
    const { buffer } = this.#memory;
    const { port1, port2 } = new MessageChannel();
    this.#stopper = new Worker(join(__dirname, "interruptStopper.js"), {
      workerData: { buffer, stops: port2 },
      transferList: [port2],
    });
    const watcher = new Worker(join(__dirname, "interruptWatcher.js"), {
      workerData: { buffer, stopper: port1 },
      transferList: [port1],
    });
    this.ready = new Promise((resolve) => {
      watcher.on("message", (message: "ready" | "stop") => {
        if (message === "ready") {
          process.removeListener("SIGINT", early);
          resolve();
        } else {
          this.#tell();
          process.emit("SIGINT", "SIGINT");
        }
      });
    });
    this.#stopper.unref();
    watcher.unref();
  }

  /** The time of a Stop that has come and that `onStop` has not been told of; it will not be told any more. */
  take(): number | undefined {
    const time = this.#memory.unheard;
    this.#memory.hear();
    return time;
  }

  /** Does work of the kernel's own that no Stop may end. */
  shelter<T>(work: () => T): T {
    this.#memory.sheltered = true;
    try {
      return work();
    } finally {
      this.#memory.sheltered = false;
    }
  }

  /** Ends the watch. */
  end(): void {
    this.#memory.end();
    this.#stopper.postMessage("end");
  }

  #tell(): void {
    const time = this.take();
    if (time !== undefined) this.onStop(time);
  }
}

/**
 * `process.on("SIGINT", …)` in a cell must not take the signal from the watching thread, nor give it back to the
 * system's default, which ends the process: such listeners are kept, and called by us.
 */
function keepSignalFromListeners(): void {
  for (const change of ["newListener", "removeListener"] as never[]) {
    const originals = process.listeners(change) as ((event: unknown, ...rest: unknown[]) => void)[];
    process.removeAllListeners(change);
    for (const original of originals) {
      process.on(change, ((event: unknown, ...rest: unknown[]) => {
        if (event !== "SIGINT") original.call(process, event, ...rest);
      }) as never);
    }
  }
}
