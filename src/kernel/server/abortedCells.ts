import type { Message } from "../wire/message";

/**
 * Which cells are skipped after a failing one (Jupyter's stop_on_error): those that their sender sent before it could
 * know of the failure. Cells sent later run, however soon. The sender's clock is compared with ours by its quickest
 * message, so that wrong clocks do no harm.
 */
export class AbortedCells {
  readonly #clockAhead = new Map<string, number>();
  #failedAt = Number.NEGATIVE_INFINITY;

  /** Call it when a message arrives. */
  received({ header }: Message, now = Date.now()): void {
    const sent = Date.parse(header.date ?? "");
    if (Number.isNaN(sent)) return;
    this.#clockAhead.set(
      header.session,
      Math.min(this.#clockAhead.get(header.session) ?? Number.POSITIVE_INFINITY, now - sent),
    );
  }

  /** Call it when a cell has failed. */
  failed(now = Date.now()): void {
    this.#failedAt = now;
  }

  /** Call it when a cell starts that is not skipped. */
  passed(): void {
    this.#failedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Whether this cell was sent before or at a time of our clock. A difference of a few seconds between the clocks counts
   * as the time that messages wait for a busy kernel; a sender without dates counts as earlier.
   */
  sentBy({ header }: Message, time: number): boolean {
    const ahead = this.#clockAhead.get(header.session) ?? 0;
    const sent = Date.parse(header.date ?? "") + (ahead >= 0 && ahead < 10_000 ? 0 : ahead);
    return !(sent > time);
  }

  /** Whether this cell was sent before its sender could know of the last failure. */
  includes({ header }: Message): boolean {
    const sent = Date.parse(header.date ?? "") + (this.#clockAhead.get(header.session) ?? Number.NaN);
    // Dates have milliseconds; a cell sent in the same millisecond as the failure runs.
    return sent + 1 < this.#failedAt;
  }
}
