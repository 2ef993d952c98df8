import { type Message, replyTo } from "../wire/message";
import type { Sockets } from "../wire/sockets";
import type { CellSession } from "./cellSession";

type CommContent = { comm_id?: string; target_name?: string };
type CommKind = "comm_open" | "comm_msg" | "comm_close";

/** The comms that are open between clients and cells. The cells answer; here is only known which there are. */
export class Comms {
  readonly #sockets: Sockets;
  readonly #session: CellSession;
  /** Target by id. */
  readonly #open = new Map<string, string>();
  readonly #targets = new Set<string>();

  constructor(parts: { sockets: Sockets; session: CellSession }) {
    this.#sockets = parts.sockets;
    this.#session = parts.session;
    parts.session.comms = {
      sent: (kind, content) => this.#note(kind, content),
      listens: (target) => void this.#targets.add(target),
      ended: () => {
        this.#open.clear();
        this.#targets.clear();
      },
    };
  }

  /** Takes a comm message of a client; one to a comm that nobody knows is dropped. */
  receive(kind: CommKind, message: Message<CommContent>): void {
    const { comm_id = "", target_name = "" } = message.content;
    if (kind === "comm_open" && !this.#targets.has(target_name)) {
      this.#sockets.publish(replyTo(message, "comm_close", { comm_id, data: {} }));
    } else if (kind === "comm_open" || this.#open.has(comm_id)) {
      this.#note(kind, message.content);
      this.#session.comm(kind, message);
    }
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
