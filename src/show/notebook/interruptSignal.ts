import { currentCell } from "./cell";

const never = new AbortController().signal;

/**
 * The signal that aborts when the reader presses Stop: pass it to long work, or check `signal.aborted` in a loop.
 * Each cell has its own; outside Jupyter it never aborts.
 */
export function interruptSignal(): AbortSignal {
  return currentCell()?.signal ?? never;
}
