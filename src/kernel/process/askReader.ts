import { tell } from "./channel";

/** The question to the reader that waits for its answer, if any. */
let answer: ((value: string) => void) | undefined;

/** Asks the reader; rejects when the signal aborts. @throws Error if the front end cannot ask. */
export function askReader(
  run: number,
  { prompt, password, allowed }: { prompt: string; password: boolean; allowed: boolean },
  signal: AbortSignal,
): Promise<string> {
  if (!allowed)
    throw new Error(
      "input: nobody can answer here; this front end runs the notebook without asking the reader.",
    );
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    answer = (value) => {
      signal.removeEventListener("abort", stop);
      answer = undefined;
      // In a turn of its own, see `untilStopped`.
      setImmediate(resolve, value);
    };
    tell({ type: "ask", run, prompt, password });
  });
}

/** Hands the reader's answer to whoever asked. */
export function receiveAnswer(value: string): void {
  answer?.(value);
}
