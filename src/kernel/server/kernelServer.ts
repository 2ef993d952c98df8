import { reportThrown } from "../../cells/errorReport";
import type { TypeChecker } from "../types/typeChecker";
import type { Message } from "../wire/message";
import { replyTo } from "../wire/message";
import { RequestContent } from "../wire/requestContent";
import type { RequestChannel, Sockets } from "../wire/sockets";
import { CellQueue } from "./cellQueue";
import type { CellSession } from "./cellSession";
import { Comms } from "./comms";
import { executeRequest } from "./executeRequest";
import { Help } from "./help";
import type { History } from "./history";
import { historyRequest } from "./historyRequest";
import { kernelInfo } from "./kernelInfo";

type Answer = { type: string; content: object };

/** The kernel's side of the Jupyter protocol. It never runs the reader's code, so it answers at any time. */
export class KernelServer {
  readonly #sockets: Sockets;
  readonly #queue: CellQueue;
  readonly #session: CellSession;
  readonly #help: Help;
  readonly #history: History;
  readonly #comms: Comms;
  readonly #closed: () => void;

  constructor(parts: {
    sockets: Sockets;
    session: CellSession;
    types: TypeChecker;
    history: History;
    /** Called after a shutdown request has been answered. */
    closed(): void;
  }) {
    const { sockets, session, types, history, closed } = parts;
    this.#sockets = sockets;
    this.#session = session;
    this.#history = history;
    this.#help = new Help(types);
    this.#comms = new Comms({ sockets, session });
    this.#queue = new CellQueue({ sockets, session, history });
    this.#closed = closed;
  }

  /** Binds the sockets and begins to answer. */
  open(): Promise<void> {
    return this.#sockets.open((channel, message) => void this.#receive(channel, message));
  }

  /** Stops the cell that runs, as `interrupt_request` does: for a SIGINT. */
  interrupt(): void {
    this.#queue.interrupt();
  }

  async #receive(channel: RequestChannel, message: Message): Promise<void> {
    const { msg_type: type } = message.header;
    this.#queue.received(message);
    try {
      if (type === "input_reply") this.#session.answer(new RequestContent(message).text("value"));
      else if (type === "execute_request") await this.#queue.add(channel, message, executeRequest(message));
      else await this.#respond(channel, message);
    } catch (error) {
      const content = { status: "error", ...reportThrown(error) };
      if (type.endsWith("_request"))
        this.#sockets.send(channel, replyTo(message, type.replace(/_request$/, "_reply"), content));
    }
    if (type === "shutdown_request") this.#closed();
  }

  async #respond(channel: RequestChannel, message: Message): Promise<void> {
    this.#queue.status("busy", message);
    try {
      const answer = await this.#answer(message, new RequestContent(message));
      if (answer) this.#sockets.send(channel, replyTo(message, answer.type, answer.content));
    } finally {
      this.#queue.status("idle", message);
    }
  }

  async #answer(message: Message, asked: RequestContent): Promise<Answer | undefined> {
    const reply = (type: string, answer: object) => ({ type, content: { status: "ok", ...answer } });
    switch (message.header.msg_type) {
      case "kernel_info_request":
        return reply("kernel_info_reply", kernelInfo());
      case "complete_request":
        return reply(
          "complete_reply",
          await this.#help.complete(asked.text("code"), asked.integer("cursor_pos")),
        );
      case "inspect_request": {
        const detail = asked.integer("detail_level", 0) > 0 ? 1 : 0;
        const found = await this.#help.inspect(asked.text("code"), asked.integer("cursor_pos"), detail);
        return reply("inspect_reply", found);
      }
      case "is_complete_request":
        return { type: "is_complete_reply", content: await this.#help.isComplete(asked.text("code")) };
      case "history_request":
        return reply("history_reply", { history: await this.#history.read(historyRequest(asked)) });
      case "comm_info_request": {
        const target = asked.has("target_name") ? asked.text("target_name") : undefined;
        return reply("comm_info_reply", { comms: this.#comms.info(target) });
      }
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.#comms.receive(message.header.msg_type, message);
        return undefined;
      case "interrupt_request":
        this.#queue.interrupt();
        return reply("interrupt_reply", {});
      case "shutdown_request":
        return reply("shutdown_reply", { restart: asked.flag("restart", false) });
      default:
        // Debugging and what later protocols ask: no reply means that the kernel does not know it.
        return undefined;
    }
  }
}
