import type { Message } from "../wire/message";
import type { CellSession } from "./cellSession";

type CommContent = { comm_id?: string; target_name?: string };

/** The comms that are open between clients and cells. The cells answer for them; here is only known which there are. */
export class Comms {
  readonly #session: CellSession;
  /** Target by id. */
  readonly #open = new Map<string, string>();

  constructor(session: CellSession) {
    this.#session = session;
    session.onComm = (kind, content) => this.#note(kind, content);
  }

  /** A comm message of a client. */
  receive(
    kind: "comm_open" | "comm_msg" | "comm_close",
    message: Pick<Message, "content" | "metadata" | "buffers">,
  ): void {
    this.#note(kind, message.content);
    this.#session.comm(kind, message);
  }

  /** The open comms, or those of one target. */
  info(target_name?: string): Record<string, { target_name: string }> {
    return Object.fromEntries(
      [...this.#open]
        .filter(([, target]) => target_name === undefined || target === target_name)
        .map(([id, target]) => [id, { target_name: target }]),
    );
  }

  #note(kind: string, { comm_id = "", target_name = "" }: CommContent): void {
    if (kind === "comm_open") this.#open.set(comm_id, target_name);
    if (kind === "comm_close") this.#open.delete(comm_id);
  }
}
