import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { CellRunner, CellToRun, Outcome } from "../cells/cellRunner";
import { type ErrorReport, interruptedReport, reportThrown, reportUnlessStopped } from "../cells/errorReport";
import { Interruption } from "../cells/interruption";
import type { Interrupts } from "../cells/interrupts";
import { orElse } from "../cells/textOf";
import { untilStopped } from "../cells/untilStopped";
import { enterCell } from "../show/notebook/cell";
import { mimeBundle } from "../show/notebook/mimeBundle";
import { AbortedCells } from "./abortedCells";
import { CellOutput } from "./cellOutput";
import { InputRequests } from "./inputRequests";
import { kernelInfo } from "./kernelInfo";
import { type ExecuteRequest, type Message, type MessageClass, messageParts, type Socket } from "./message";
import { sendAtOnce, takeAtOnce } from "./sendAtOnce";
import { Stops } from "./stops";
import { JupyterHandlerImpl, ZmqServer } from "./zmqServer";

/** Milliseconds that a stopped cell still waits for pictures that are being drawn. */
const lastOutputs = 1000;

/** The messages that tslab's server can answer; about the rest (comms, debugging) it would only complain. */
const answered = new Set(
  "kernel_info execute is_complete inspect complete comm_info shutdown"
    .split(" ")
    .map((name) => `${name}_request`),
);

/** The kernel's side of the Jupyter protocol: tslab's server, with the protocol's form of errors, results and inputs. */
export class KernelServer extends ZmqServer {
  readonly runner: CellRunner;
  readonly #interrupts: Interrupts;
  readonly #aborted = new AbortedCells();
  #inputs!: InputRequests;
  readonly #events: { ready(): void; closed(): void };
  #ready = false;
  #readMessage: MessageClass["fromRaw"] | undefined;
  #count = 0;
  #silentCount = 0;
  #queue: Promise<void> = Promise.resolve();
  #output: CellOutput | undefined;
  readonly #stops = new Stops((message, time) => this.#aborted.sentBy(message, time));
  #running: { message: Message; arrived: number } | undefined;

  /** `events.ready` is called when the first client has been answered, `events.closed` after a shutdown request. */
  constructor(
    runner: CellRunner,
    connectionFile: string,
    interrupts: Interrupts,
    events: { ready(): void; closed(): void },
  ) {
    super(new JupyterHandlerImpl(runner.executor, false), connectionFile);
    this.runner = runner;
    this.#events = events;
    this.#interrupts = interrupts;
    interrupts.onStop = (time) => this.#interrupt(time);
  }

  override async init(): Promise<void> {
    await super.init();
    this.#inputs = new InputRequests(this.stdin, this.connInfo.key);
    this.#inputs.listen().catch((error: unknown) => this.reportStray("error", error));
  }

  /** Stops the running cell and all that watches its signal, unless the cell was sent after the Stop. */
  #interrupt(time: number): void {
    this.#stops.note(time);
    if (this.#running && !this.#stops.spentOn(this.#running.message, this.#running.arrived)) return;
    this.#output?.abort(new Interruption());
    this.runner.executor.interrupt();
  }

  /** Shows an error that no cell waits for, below the cell that runs or ran last. */
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

  /** Answers with an empty history: until an answer comes, JupyterLab calls the kernel's state unknown. */
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
    // tslab does not export its class of messages; a client's first message gives access to it.
    this.#readMessage = (message.constructor as unknown as MessageClass).fromRaw;
    this.#reply(socket, message, "kernel_info_reply", kernelInfo());
    if (!this.#ready) this.#events.ready();
    this.#ready = true;
  }

  override handleCommInfoRequest(socket: Socket, message: Message): void {
    this.#reply(socket, message, "comm_info_reply", { status: "ok", comms: {} });
  }

  override handleComplete(socket: Socket, message: Message): void {
    const { cursor_pos } = message.content as { cursor_pos: number };
    const nothing = { matches: [], cursor_start: cursor_pos, cursor_end: cursor_pos, metadata: {} };
    this.#answer(socket, message, "complete_reply", nothing, () =>
      this.handler.handleComplete(message.content),
    );
  }

  override handleInspect(socket: Socket, message: Message): void {
    const nothing = { found: false, data: {}, metadata: {} };
    this.#answer(socket, message, "inspect_reply", nothing, () =>
      this.handler.handleInspect(message.content),
    );
  }

  override handleIsComplete(socket: Socket, message: Message): void {
    const make = () => this.handler.handleIsComplete(message.content);
    this.#reply(socket, message, "is_complete_reply", orElse<object>(make, { status: "unknown" }));
  }

  /** Replies with what `make` gives or, if it throws, with the error beside an empty answer. */
  #answer(socket: Socket, message: Message, type: string, nothing: object, make: () => object): void {
    let content: object;
    try {
      content = make();
    } catch (error) {
      content = { ...nothing, ...reportThrown(error), status: "error" };
    }
    this.#reply(socket, message, type, content);
  }

  override handleShutdown(socket: Socket, message: Message): void {
    const { restart } = message.content as { restart?: boolean };
    this.#reply(socket, message, "shutdown_reply", { status: "ok", restart: restart === true });
  }

  override handleExecute(socket: Socket, message: Message): Promise<void> {
    this.#aborted.received(message);
    const arrived = Date.now();
    const run = this.#queue.then(() => this.#execute(socket, message, arrived));
    // Whoever awaits `run` reports a defect of ours in one cell; the next cell runs all the same.
    this.#queue = run.catch(() => {});
    return run;
  }

  async #execute(socket: Socket, message: Message, arrived: number): Promise<void> {
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
    this.#running = { message, arrived };
    const error = await this.#run(label, code, this.#running, publish, silent).catch(reportThrown);
    this.#running = undefined;
    if (error) publish("error", error);
    const outcome = error ? { status: "error", ...error } : { status: "ok", user_expressions: {} };
    this.#reply(socket, message, "execute_reply", { ...outcome, execution_count: this.#count, payload: [] });
    if (error && stop_on_error) this.#aborted.failed();
  }

  async #run(
    label: string,
    code: string,
    { message, arrived }: { message: Message; arrived: number },
    publish: (type: string, content: object) => void,
    silent: boolean,
  ): Promise<ErrorReport | undefined> {
    const output: CellOutput = new CellOutput(publish, (prompt, password) =>
      this.#inputs.ask(message, prompt, password, output.signal),
    );
    const { signal } = output;
    this.#output = output;
    enterCell(output);
    sendOutputTo(output);
    const stopped = () => {
      const time = this.#interrupts.take();
      if (time !== undefined) this.#stops.note(time);
      return this.#stops.spentOn(message, arrived);
    };
    const error = await this.#outcome({ label, code, signal, stopped }, output, silent);
    if (error?.ename === interruptedReport().ename) {
      output.abort(new Interruption());
      // Outputs that are nearly ready still come.
      await Promise.race([output.drain(), delay(lastOutputs)]);
      output.finish();
    }
    return error;
  }

  /** Runs a cell and shows its value; if the value's own display fails, the cell fails. */
  async #outcome(cell: CellToRun, output: CellOutput, silent: boolean): Promise<ErrorReport | undefined> {
    const { signal } = cell;
    try {
      if (cell.stopped()) throw new Interruption();
      const outcome: Outcome = await this.runner.run(cell);
      if ("value" in outcome && outcome.value !== undefined && !silent) {
        const { value } = outcome;
        await untilStopped(signal, () => output.result(mimeBundle(value), this.#count));
      }
      if (!signal.aborted) await untilStopped(signal, () => output.drain());
      return "error" in outcome ? outcome.error : undefined;
    } catch (thrown) {
      return reportUnlessStopped(thrown, signal);
    }
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

/** Sends printed text to the cell that runs, or to the last one that ran. */
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
