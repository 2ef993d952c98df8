import type { Message } from "../wire/message";

/** Within this time a free kernel reads what was sent before a Stop. */
const onTheWay = 100;

/** Which cell is meant by a Stop that came while no cell could hear it, for instance while the compiler worked. */
export class Stops {
  #last: { time: number; heard: number } | undefined;
  readonly #sentBy: (message: Message, time: number) => boolean;

  /** `sentBy` tells whether a cell was sent before or at a time of our clock. */
  constructor(sentBy: (message: Message, time: number) => boolean) {
    this.#sentBy = sentBy;
  }

  /** Call it when the kernel hears of a Stop that came at `time`. */
  note(time: number, now = Date.now()): void {
    this.#last = { time, heard: now };
  }

  /** Whether to stop a cell that arrived at a time of our clock; if so, the Stop is used up. */
  spentOn(message: Message, arrived: number): boolean {
    if (!this.#last) return false;
    const { time, heard } = this.#last;
    const meant = arrived <= time || (arrived <= heard + onTheWay && this.#sentBy(message, time));
    if (meant) this.#last = undefined;
    return meant;
  }
}
