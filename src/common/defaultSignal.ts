/** Holds what stops work without a signal of its own; all copies of the package share it, like the current cell. */
const key = Symbol.for("intrinsic-params.stop");
const place = globalThis as { [key]?: AbortController };

const never = new AbortController().signal;

/**
 * The signal for work that is given none. The host program, such as a notebook, aborts it when the reader presses Stop;
 * without such a host it never aborts. Stopped work stays stopped; work that begins later gets another signal.
 */
export function defaultSignal(): AbortSignal {
  return place[key]?.signal ?? never;
}

/**
 * Makes `signal` stop all work without a signal of its own that runs now or begins before the next call. A notebook's
 * kernel calls it for each cell. It also stops what an earlier cell left in the background: nothing else could.
 */
export function stopBy(signal: AbortSignal): void {
  const known = place[key];
  const controller = known === undefined || known.signal.aborted ? new AbortController() : known;
  place[key] = controller;
  signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
}
