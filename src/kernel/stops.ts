import type { Message } from "./message";

/** A kernel that is free reads within this time what was sent before a Stop. */
const onTheWay = 100;

/** Which cell a Stop is meant for that came while no cell could hear it: while the compiler worked, say. */
export class Stops {
  #last: { time: number; heard: number } | undefined;
  readonly #sentBy: (message: Message, time: number) => boolean;

  /** `sentBy` tells whether a cell had been sent at a time of our clock. */
  constructor(sentBy: (message: Message, time: number) => boolean) {
    this.#sentBy = sentBy;
  }

  /** To be called when the kernel hears of a Stop that came at `time`. */
  note(time: number, now = Date.now()): void {
    this.#last = { time, heard: now };
  }

  /** Whether a cell that arrived at a time of our clock is to be stopped; if so, the Stop is spent. */
  spentOn(message: Message, arrived: number): boolean {
    if (!this.#last) return false;
    const { time, heard } = this.#last;
    const meant = arrived <= time || (arrived <= heard + onTheWay && this.#sentBy(message, time));
    if (meant) this.#last = undefined;
    return meant;
  }
}
