import type { Message } from "./message";

/**
 * Which cells are skipped after a failing one (Jupyter's stop_on_error): those their sender had sent before it could
 * know of the failure. Cells sent later run, however soon. The sender's clock is compared with ours by the quickest
 * message it ever sent, so that wrong clocks do no harm.
 */
export class AbortedCells {
  readonly #clockAhead = new Map<string, number>();
  #failedAt = Number.NEGATIVE_INFINITY;

  /** To be called when a message arrives. */
  received({ header }: Message, now = Date.now()): void {
    const sent = Date.parse(header.date ?? "");
    if (Number.isNaN(sent)) return;
    this.#clockAhead.set(
      header.session,
      Math.min(this.#clockAhead.get(header.session) ?? Number.POSITIVE_INFINITY, now - sent),
    );
  }

  /** To be called when a cell has failed. */
  failed(now = Date.now()): void {
    this.#failedAt = now;
  }

  /** To be called when a cell starts that is not skipped. */
  passed(): void {
    this.#failedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Whether this cell had been sent at a time of our clock. A difference of the clocks of a few seconds is taken for
   * the time that messages had to wait for a busy kernel; a sender without dates is taken to have sent before.
   */
  sentBy({ header }: Message, time: number): boolean {
    const ahead = this.#clockAhead.get(header.session) ?? 0;
    const sent = Date.parse(header.date ?? "") + (ahead >= 0 && ahead < 10_000 ? 0 : ahead);
    return !(sent > time);
  }

  /** Whether this cell was sent before the last failure was known. */
  includes({ header }: Message): boolean {
    const sent = Date.parse(header.date ?? "") + (this.#clockAhead.get(header.session) ?? Number.NaN);
    // Dates have milliseconds; a cell sent in the very millisecond of the failure runs.
    return sent + 1 < this.#failedAt;
  }
}
