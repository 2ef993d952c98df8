/**
 * Runs work that may call the reader's code, and rejects when the signal aborts, whether the work ends or not.
 *
 * When a Stop ends the reader's code by force, V8 forgets all reactions that are due in the same turn of the event
 * loop, and the work never settles. So the work starts in a turn of its own, when every promise of the kernel already
 * waits for its result.
 */
export function untilStopped<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // One turn later, so that work that notices the Stop itself comes first.
    const stop = () => setImmediate(() => reject(signal.reason as Error));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    const settled = () => signal.removeEventListener("abort", stop);
    setImmediate(() => {
      try {
        Promise.resolve(work()).then(resolve, reject).finally(settled);
      } catch (error) {
        settled();
        reject(error as Error);
      }
    });
  });
}
