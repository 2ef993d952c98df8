/** What stops work that was begun without a signal of its own; one for all copies of the package, as of the cell. */
const key = Symbol.for("intrinsic-params.stop");
const place = globalThis as { [key]?: AbortController };

const never = new AbortController().signal;

/**
 * The signal of work that is given none: whoever runs the program, such as a notebook, aborts it when the reader stops
 * what runs; it never aborts where nobody does. What was stopped stays so, and work that begins later has another one.
 */
export function defaultSignal(): AbortSignal {
  return place[key]?.signal ?? never;
}

/**
 * Makes a signal stop whatever is at work, or begins until the next call, without one of its own: called by a notebook's
 * kernel for each cell. What an earlier cell left at work in the background is stopped, too: nothing else could.
 */
export function stopBy(signal: AbortSignal): void {
  const known = place[key];
  const controller = known === undefined || known.signal.aborted ? new AbortController() : known;
  place[key] = controller;
  signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
}
