import { enterCell } from "../notebook/cell";
import { mimeBundle } from "../notebook/mimeBundle";
import { AbortedCells } from "./abortedCells";
import { CellOutput } from "./cellOutput";
import type { CellRunner, Outcome } from "./cellRunner";
import { type ErrorReport, interruptedReport, reportThrown } from "./errorReport";
import { InputRequests } from "./inputRequests";
import { kernelInfo } from "./kernelInfo";
import { type ExecuteRequest, type Message, type MessageClass, messageParts, type Socket } from "./messages";
import { sendAtOnce, takeAtOnce } from "./sendAtOnce";
import { JupyterHandlerImpl, ZmqServer } from "./tslab";

/** What tslab's server knows how to answer; the rest (comms, debugging) it would only complain about. */
const answered = new Set(
  "kernel_info execute is_complete inspect complete comm_info shutdown"
    .split(" ")
    .map((name) => `${name}_request`),
);

/** The kernel's side of the Jupyter protocol: tslab's server, with errors, results and inputs as the protocol has them. */
export class KernelServer extends ZmqServer {
  readonly runner: CellRunner;
  readonly #aborted = new AbortedCells();
  #inputs!: InputRequests;
  readonly #events: { ready(): void; closed(): void };
  #ready = false;
  #readMessage: MessageClass["fromRaw"] | undefined;
  #count = 0;
  #silentCount = 0;
  #queue: Promise<void> = Promise.resolve();
  #output: CellOutput | undefined;

  /** `events.ready` is called when the first client has been answered, `events.closed` after a shutdown request. */
  constructor(runner: CellRunner, connectionFile: string, events: { ready(): void; closed(): void }) {
    super(new JupyterHandlerImpl(runner.executor, false), connectionFile);
    this.runner = runner;
    this.#events = events;
  }

  override async init(): Promise<void> {
    await super.init();
    this.#inputs = new InputRequests(this.stdin, this.connInfo.key);
    this.#inputs.listen().catch((error: unknown) => this.reportStray("error", error));
  }

  /** Stops the running cell and whatever watches its signal. */
  interrupt(): void {
    this.#output?.abort(interruption());
    this.runner.executor.interrupt();
  }

  /** Shows an error that no cell waits for below the cell that runs or ran last. */
  reportStray(what: string, thrown: unknown): void {
    const text = `Uncaught ${what}:\n${reportThrown(thrown).traceback.join("\n")}\n`;
    if (this.#output) this.#output.write("stderr", text);
    else process.stderr.write(text);
  }

  override async bindSocket(socket: Socket, port: number): Promise<void> {
    takeAtOnce(socket);
    await super.bindSocket(socket, port);
  }

  override async handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void> {
    const { msg_type } = JSON.parse(messageParts(frames)[1].toString()) as { msg_type: string };
    if (answered.has(msg_type)) await super.handleShellMessage(socket, ...frames);
    else if (msg_type === "history_request") this.#handleHistory(socket, frames);
  }

  /** No history is kept yet, but an answer is owed: JupyterLab calls the kernel's state unknown until it comes. */
  #handleHistory(socket: Socket, frames: Buffer[]): void {
    const message = this.#readMessage?.(this.connInfo.key, frames);
    if (!message) return;
    this.publishStatus("busy", message);
    this.#reply(socket, message, "history_reply", { status: "ok", history: [] });
    this.publishStatus("idle", message);
  }

  override publishStatus(status: string, message: Message): void {
    // A waiting cell is not busy yet: it says so itself when it starts.
    if (status === "busy" && message.header.msg_type === "execute_request") return;
    this.#publishStatus(status, message);
  }

  #publishStatus(status: string, message: Message): void {
    this.#reply(this.iopub, message, "status", { execution_state: status });
  }

  override handleKernelInfo(socket: Socket, message: Message): void {
    this.#aborted.received(message);
    // tslab does not export its class of messages; a client's first message shows it.
    this.#readMessage = (message.constructor as unknown as MessageClass).fromRaw;
    this.#reply(socket, message, "kernel_info_reply", kernelInfo());
    if (!this.#ready) this.#events.ready();
    this.#ready = true;
  }

  override handleCommInfoRequest(socket: Socket, message: Message): void {
    this.#reply(socket, message, "comm_info_reply", { status: "ok", comms: {} });
  }

  override handleShutdown(socket: Socket, message: Message): void {
    const { restart } = message.content as { restart?: boolean };
    this.#reply(socket, message, "shutdown_reply", { status: "ok", restart: restart === true });
  }

  override handleExecute(socket: Socket, message: Message): Promise<void> {
    this.#aborted.received(message);
    const run = this.#queue.then(() => this.#execute(socket, message));
    // A defect of ours in one cell is told by whoever awaits `run`; the next cell runs all the same.
    this.#queue = run.catch(() => {});
    return run;
  }

  async #execute(socket: Socket, message: Message): Promise<void> {
    this.#publishStatus("busy", message);
    if (this.#aborted.includes(message)) {
      this.#reply(socket, message, "execute_reply", { status: "aborted" });
      return;
    }
    this.#aborted.passed();
    const {
      code,
      silent = false,
      store_history = !silent,
      stop_on_error = true,
    } = message.content as ExecuteRequest;
    const counted = store_history && !silent;
    if (counted) this.#count++;
    const label = counted ? String(this.#count) : `silent ${++this.#silentCount}`;
    const publish = (type: string, content: object) => {
      if (!silent) this.#reply(this.iopub, message, type, content);
    };
    publish("execute_input", { code, execution_count: this.#count });
    const error = await this.#run(label, code, message, publish, silent);
    if (error) publish("error", error);
    const outcome = error ? { status: "error", ...error } : { status: "ok", user_expressions: {} };
    this.#reply(socket, message, "execute_reply", { ...outcome, execution_count: this.#count, payload: [] });
    if (error && stop_on_error) this.#aborted.failed();
  }

  async #run(
    label: string,
    code: string,
    message: Message,
    publish: (type: string, content: object) => void,
    silent: boolean,
  ): Promise<ErrorReport | undefined> {
    const output: CellOutput = new CellOutput(publish, (prompt, password) =>
      this.#inputs.ask(message, prompt, password, output.signal),
    );
    this.#output = output;
    enterCell(output);
    sendOutputTo(output);
    const outcome: Outcome = await this.runner.run(label, code);
    let error = "error" in outcome ? outcome.error : undefined;
    if (error?.ename === interruptedReport().ename) output.abort(interruption());
    if ("value" in outcome && !silent) error = await showResult(output, outcome.value, this.#count);
    await output.drain();
    return error;
  }

  override close(): void {
    super.close();
    this.#events.closed();
  }

  #reply(socket: Socket, message: Message, type: string, content: object): void {
    const reply = message.createReply();
    reply.header.msg_type = type;
    reply.content = content;
    sendAtOnce(reply, this.connInfo.key, socket);
  }
}

/** Sends the value of a last expression; a value whose own display method fails makes the cell fail. */
async function showResult(
  output: CellOutput,
  value: unknown,
  count: number,
): Promise<ErrorReport | undefined> {
  if (value === undefined) return undefined;
  try {
    await output.result(mimeBundle(value), count);
    return undefined;
  } catch (thrown) {
    return reportThrown(thrown);
  }
}

/** What is printed belongs to the cell that runs, or to the last one that ran. */
function sendOutputTo(output: CellOutput): void {
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
      output.write(name, typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done as () => void);
      return true;
    }) as typeof process.stdout.write;
  }
}

function interruption(): Error {
  return Object.assign(new Error(interruptedReport().evalue), { name: "Interrupted" });
}
