import type { ErrorReport } from "../../cells/errorReport";
import { type Message, replyTo } from "../wire/message";
import type { RequestChannel, Sockets } from "../wire/sockets";
import { AbortedCells } from "./abortedCells";
import type { CellSession } from "./cellSession";
import type { ExecuteRequest } from "./executeRequest";
import type { History } from "./history";
import { Stops } from "./stops";

/** Runs cells one after the other, in the order in which they came, and answers each. */
export class CellQueue {
  readonly #sockets: Sockets;
  readonly #session: CellSession;
  readonly #history: History;
  readonly #aborted = new AbortedCells();
  readonly #stops = new Stops((message, time) => this.#aborted.sentBy(message, time));
  #count = 0;
  #silentCount = 0;
  #last: Promise<void> = Promise.resolve();
  #running: Message | undefined;

  constructor(parts: { sockets: Sockets; session: CellSession; history: History }) {
    this.#sockets = parts.sockets;
    this.#session = parts.session;
    this.#history = parts.history;
  }

  /** Call it for every message that arrives. */
  received(message: Message): void {
    this.#aborted.received(message);
  }

  /** Resolves when the cell has been answered. */
  add(channel: RequestChannel, message: Message, request: ExecuteRequest): Promise<void> {
    const arrived = Date.now();
    const run = this.#last.then(() => this.#execute(channel, message, request, arrived));
    // Whoever awaits `run` reports a defect of ours in one cell; the next cell runs all the same.
    this.#last = run.catch(() => {});
    return run;
  }

  /** Stops the cell that runs, or one that is on its way. */
  interrupt(): void {
    if (this.#running) this.#session.interrupt();
    else this.#stops.note(Date.now());
  }

  /** Tells all clients that the kernel works on a message, or has finished it. */
  status(state: "busy" | "idle", message: Message): void {
    this.#sockets.publish(replyTo(message, "status", { execution_state: state }));
    // Clients show the last state that they heard: a question answered meanwhile must not make a running cell look idle.
    if (state === "idle" && this.#running && this.#running !== message) this.status("busy", this.#running);
  }

  async #execute(
    channel: RequestChannel,
    message: Message,
    request: ExecuteRequest,
    arrived: number,
  ): Promise<void> {
    this.#running = message;
    this.status("busy", message);
    try {
      this.#sockets.send(
        channel,
        replyTo(message, "execute_reply", await this.#outcome(message, request, arrived)),
      );
    } finally {
      this.#running = undefined;
      this.status("idle", message);
    }
  }

  /** Runs a cell; the content of its reply. */
  async #outcome(message: Message, request: ExecuteRequest, arrived: number): Promise<object> {
    if (this.#aborted.includes(message)) return { status: "aborted" };
    this.#aborted.passed();
    const { code, silent, storeHistory: counted, stopOnError } = request;
    if (counted) this.#count++;
    const label = counted ? String(this.#count) : `silent ${++this.#silentCount}`;
    const execution_count = this.#count;
    const publish = (type: string, content: object) => {
      if (!silent) this.#sockets.publish(replyTo(message, type, content));
    };
    publish("execute_input", { code, execution_count });
    if (counted) this.#history.add(execution_count, code);
    const stopped = this.#stops.spentOn(message, arrived);
    const outcome = await this.#session.run({ message, request, label, execution_count, stopped });
    if (outcome.error === undefined)
      return { status: "ok", execution_count, user_expressions: outcome.expressions, payload: [] };
    publish("error", outcome.error satisfies ErrorReport);
    if (stopOnError) this.#aborted.failed();
    return { status: "error", execution_count, ...outcome.error, user_expressions: {}, payload: [] };
  }
}
