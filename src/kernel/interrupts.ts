import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** Slots of the memory shared with the watching thread. */
export const slot = { heard: 0, end: 1 } as const;

/**
 * Calls `onInterrupt` for each SIGINT (Jupyter's Stop), also when this thread is too busy to hear it:
 * a synchronous script run with `breakOnSigint` is stopped by Node itself, and then this is not called;
 * otherwise a second thread waits for the signal, tells this one, and ends whatever runs if it does not listen.
 * Returns a function that ends the watch.
 */
export function watchInterrupts(onInterrupt: () => void): () => void {
  keepSignalFromListeners();
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const watcher = new Worker(join(__dirname, "interruptWatcher.js"), { workerData: shared });
  watcher.unref();
  watcher.on("message", () => {
    Atomics.store(shared, slot.heard, 1);
    Atomics.notify(shared, slot.heard);
    onInterrupt();
    process.emit("SIGINT", "SIGINT");
  });
  return () => {
    Atomics.store(shared, slot.end, 1);
    Atomics.notify(shared, slot.end);
  };
}

/**
 * `process.on("SIGINT", …)` in a cell must not take the signal from the watching thread, nor give it back to the
 * system's default, which ends the process: such listeners are kept, and called by us.
 */
function keepSignalFromListeners(): void {
  const starters = process.listeners("newListener" as never) as ((
    event: unknown,
    ...rest: unknown[]
  ) => void)[];
  process.removeAllListeners("newListener");
  for (const start of starters) {
    process.on(
      "newListener" as never,
      ((event: unknown, ...rest: unknown[]) => {
        if (event !== "SIGINT") start.call(process, event, ...rest);
      }) as never,
    );
  }
}
