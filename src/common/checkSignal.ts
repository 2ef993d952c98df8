import { shown } from "./shown";

/**
 * Refuses what cannot stop work, before the work begins. Signals of other realms than this one are taken, too.
 * @throws TypeError unless `signal` is undefined or an AbortSignal.
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof signal?.aborted === "boolean" && typeof signal.throwIfAborted === "function") return;
  const got =
    typeof signal === "object" && signal !== null && "signal" in signal
      ? "an AbortController: give its signal"
      : shown(signal);
  throw new TypeError(`signal must be an AbortSignal: new AbortController().signal; got ${got}.`);
}
