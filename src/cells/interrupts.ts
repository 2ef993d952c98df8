import { join } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { InterruptMemory } from "./interruptMemory";

/**
 * Hears every SIGINT (Jupyter's Stop), even while this thread is busy. Node itself stops a synchronous script that was
 * run with `breakOnSigint`. Otherwise a second thread hears the signal and tells this one; if this one does not react,
 * a third, started then, ends the reader's code. Make it as early as possible: until then, the signal ends the process.
 */
export class Interrupts {
  /** Resolves as soon as a Stop is heard however busy this thread is. */
  readonly ready: Promise<void>;
  /** Called with the time of a Stop, in a turn of its own, unless `take` has returned it before. */
  onStop: (time: number) => void = () => {};
  readonly #memory = new InterruptMemory();

  constructor() {
    const early = () => {
      this.#memory.stop();
      this.#tell();
    };
    process.on("SIGINT", early);
    keepSignalFromListeners();
    const { buffer } = this.#memory;
    const watcher = new Worker(join(__dirname, "interruptWatcher.js"), { workerData: { buffer } });
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
    watcher.unref();
  }

  /** The time of a Stop that `onStop` has not been called for; it will not be called for that Stop any more. */
  take(): number | undefined {
    const time = this.#memory.unheard;
    this.#memory.hear();
    return time;
  }

  /** Does the kernel's own work, which no Stop may end. */
  shelter<T>(work: () => T): T {
    this.#memory.sheltered = true;
    try {
      return work();
    } finally {
      this.#memory.sheltered = false;
    }
  }

  /** Stops listening for SIGINT. */
  end(): void {
    this.#memory.end();
  }

  #tell(): void {
    const time = this.take();
    if (time !== undefined) this.onStop(time);
  }
}

/**
 * `process.on("SIGINT", …)` in a cell must not take the signal from the watching thread, and removing such a listener
 * must not bring back the system's default, which ends the process: the listeners are kept, and we call them.
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
