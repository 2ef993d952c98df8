import { shown } from "./shown";

/**
 * Refuses a signal that cannot stop work, before the work begins; signals of other realms are accepted.
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
