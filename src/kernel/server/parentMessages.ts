import type { Message } from "../wire/message";

/** So many of the newest cells can still send late outputs below themselves; older ones send theirs below the newest. */
const kept = 5000;

const nobody = { identity: [], header: { msg_id: "", msg_type: "", session: "" } };

/** The messages that ran cells came in, by the number of the run, so that late outputs find their own cell. */
export class ParentMessages {
  readonly #messages = new Map<number, Pick<Message, "identity" | "header">>();
  #newest = 0;

  /** The number of the newest run; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  add(run: number, { identity, header }: Message): void {
    this.#newest = run;
    this.#messages.set(run, { identity, header });
    this.#messages.delete(run - kept);
  }

  /** What a run's outputs answer; before the first run, nothing that was ever asked. */
  get(run: number): Pick<Message, "identity" | "header"> {
    return this.#messages.get(run) ?? this.#messages.get(this.#newest) ?? nobody;
  }
}
