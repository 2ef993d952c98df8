import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ErrorReport,
  interruptedReport,
  reportDiagnostics,
  reportThrown,
  withHint,
} from "../../cells/errorReport";
import { present } from "../../common/present";
import type { CompiledCode, ExpressionReply, FromProcess, ToProcess } from "../process/protocol";
import type { CheckedCell, TypeChecker } from "../types/typeChecker";
import { type Message, replyTo } from "../wire/message";
import type { Sockets } from "../wire/sockets";
import { CellProcess, type ProcessEnd, startCellProcess } from "./cellProcess";
import type { ExecuteRequest } from "./executeRequest";
import { ParentMessages } from "./parentMessages";
import type { Range, Transpiled, Transpiler } from "./transpiler";

/** How a cell ended. */
export type CellOutcome = { error?: ErrorReport; expressions: Record<string, ExpressionReply> };

/** A cell with what the queue knows of it. */
export type CellRequest = {
  message: Message;
  request: ExecuteRequest;
  label: string;
  execution_count: number;
  /** Whether it was stopped before it began. */
  stopped: boolean;
};

type Answer = Extract<FromProcess, { type: "done" | "evaluated" }>;

type Run = {
  id: number;
  /** Whether the process has said that it runs the cell; a signal before that would hit nothing. */
  started: boolean;
  stopped: boolean;
  /** Whether it was stopped before that; then it is a stopped cell however soon it has ended. */
  stoppedEarly: boolean;
  /** Whether the process has been asked to run the cell. */
  isAsked: boolean;
  /** Resolves at a Stop. */
  readonly stop: { promise: Promise<undefined>; resolve(): void };
  /** Takes the answer to what the process has been asked last. */
  heard(answer: Answer): void;
};

/** After a Stop that came too late for its cell, the signal has this many milliseconds to pass before the next cell. */
const signalOnTheWay = 100;
/** Code of so many characters at most is compiled while its types are checked. */
const longestEarly = 10_000;
/** The library's name as imports have it. */
const library = /["']intrinsic-params["']/;
/** Milliseconds in which a process that is not busy begins a cell. */
const longestStart = 500;

/** Checks, compiles and runs cells: what lies between the queue and the process of the cells. */
export class CellSession {
  readonly #sockets: Sockets;
  readonly #types: TypeChecker;
  readonly #transpiler: Transpiler;
  readonly #directory: string;
  readonly #parents = new ParentMessages();
  /** Told of comm messages that cells send, of targets that they listen for, and of the end of all of them. */
  comms:
    | { sent(kind: string, content: object): void; listens(target: string): void; ended(): void }
    | undefined;
  #process: CellProcess;
  #ready!: Promise<undefined>;
  #state: "starting" | "ready" | "ended" = "starting";
  /** Whether the process has been told that a cell names the library. */
  #isExpected = false;
  #run: Run | undefined;
  #runs = 0;
  /** Resolves when later cells may be checked. */
  #kept: Promise<void> = Promise.resolve();
  #asked: { identity: readonly Buffer[] } | undefined;

  /** `child` is the process of the cells, which has been started in this turn of the event loop. */
  constructor(parts: {
    sockets: Sockets;
    types: TypeChecker;
    transpiler: Transpiler;
    directory: string;
    child: ChildProcess;
  }) {
    this.#sockets = parts.sockets;
    this.#types = parts.types;
    this.#transpiler = parts.transpiler;
    this.#directory = parts.directory;
    this.#process = this.#start(parts.child);
  }

  /** Runs a cell; whatever goes wrong becomes its outcome. */
  async run({ message, request, label, execution_count, stopped }: CellRequest): Promise<CellOutcome> {
    const run: Run = {
      id: ++this.#runs,
      started: false,
      isAsked: false,
      stopped,
      stoppedEarly: false,
      stop: newStop(),
      heard: () => {},
    };
    if (stopped) run.stop.resolve();
    this.#run = run;
    this.#parents.add(run.id, message);
    try {
      return await this.#outcome(run, request, label, execution_count);
    } catch (error) {
      return { error: reportThrown(error), expressions: {} };
    } finally {
      this.#run = undefined;
    }
  }

  async #outcome(
    run: Run,
    request: ExecuteRequest,
    label: string,
    executionCount: number,
  ): Promise<CellOutcome> {
    const { code, silent, allowStdin } = request;
    refuseTags(code);
    this.#expectLibrary(code);
    const compiled = await Promise.race([this.#compile(code, `Cell [${label}]`), run.stop.promise]);
    if (run.stopped || compiled === undefined) return { error: interruptedReport(), expressions: {} };
    if ("error" in compiled) return { error: compiled.error, expressions: {} };
    const { cell } = compiled;
    const end = await this.#ask(run, {
      type: "run",
      run: run.id,
      label,
      cell,
      executionCount,
      silent,
      allowStdin,
    });
    await this.#process.drain();
    const { reached, error } = end.type === "done" ? end : { reached: [], error: undefined };
    this.#kept = this.#keep(run, compiled.checked, reached);
    if (run.stopped && error?.ename !== interruptedReport().ename) await delay(signalOnTheWay);
    if (error) return { error: await this.#hinted(error), expressions: {} };
    if (run.stoppedEarly) return { error: interruptedReport(), expressions: {} };
    const expressions: Record<string, ExpressionReply> = {};
    for (const [name, expression] of Object.entries(request.expressions))
      expressions[name] = await this.#evaluate(run, `${label}, ${name}`, expression);
    return { expressions };
  }

  /** Tells the process of the cells to load the library while the types of a cell that names it are checked. */
  #expectLibrary(code: string): void {
    if (this.#isExpected || this.#state === "ended" || !library.test(code)) return;
    this.#isExpected = true;
    this.#process.tell({ type: "expect" });
  }

  /** Lets later cells know the names of a cell; its reply does not wait for that. */
  async #keep(run: Run, cell: CheckedCell, reached: readonly string[]): Promise<void> {
    try {
      await this.#types.keep(cell, new Set(reached));
    } catch (error) {
      const text = `Later cells do not know the names of this one:\n${reportThrown(error).traceback.join("\n")}\n`;
      this.#publish(run.id, "stream", { name: "stderr", text });
    }
  }

  async #evaluate(run: Run, label: string, code: string): Promise<ExpressionReply> {
    const compiled = await this.#compile(code, `Expression [${label}]`);
    if ("error" in compiled) return { status: "error", ...compiled.error };
    const end = await this.#ask(run, { type: "evaluate", run: run.id, label, expression: compiled.cell });
    if (end.type === "evaluated") return end.reply;
    return { status: "error", ...present(end.error, "The end of the process") };
  }

  /** Sends the process of the cells something to do, and waits for the answer or the end of the process. */
  async #ask(run: Run, message: ToProcess): Promise<Answer> {
    if (this.#state === "ended") this.#process = this.#start();
    const answer = new Promise<Answer>((resolve) => {
      run.heard = resolve;
    });
    const ended = await Promise.race([this.#ready, answer]);
    if (ended) return ended;
    this.#process.tell(message);
    run.isAsked = true;
    return answer;
  }

  /** Stops the cell that runs. */
  interrupt(): void {
    const run = this.#run;
    if (!run) return;
    run.stopped = true;
    run.stop.resolve();
    if (run.started) this.#process.interrupt();
    // What an earlier cell has left behind may keep the process from beginning.
    else if (run.isAsked)
      setTimeout(() => run === this.#run && !run.started && this.#process.interrupt(), longestStart);
  }

  /** The reader's answer to a question of the cell. */
  answer(value: string): void {
    if (!this.#asked) return;
    this.#asked = undefined;
    this.#process.tell({ type: "input", value });
  }

  /** Passes a comm message of a client on to the cells. */
  comm(
    kind: "comm_open" | "comm_msg" | "comm_close",
    { content, metadata, buffers }: Pick<Message, "content" | "metadata" | "buffers">,
  ): void {
    this.#process.tell({
      type: "comm",
      kind,
      content,
      metadata,
      buffers: buffers.map((buffer) => buffer.toString("base64")),
    });
  }

  close(): void {
    this.#process.close();
  }

  #start(child = startCellProcess(this.#directory)): CellProcess {
    let ready = () => {};
    this.#state = "starting";
    this.#isExpected = false;
    this.#ready = new Promise((resolve) => {
      ready = () => {
        this.#state = "ready";
        resolve(undefined);
      };
    });
    return new CellProcess(child, {
      message: (message) => {
        if (message.type === "ready") ready();
        else this.#hear(message);
      },
      text: (name, text) => this.#publish(this.#run?.id ?? this.#parents.newest, "stream", { name, text }),
      ended: (end) => this.#restart(end),
    });
  }

  #hear(message: FromProcess): void {
    const run = "run" in message && message.run === this.#run?.id ? this.#run : undefined;
    switch (message.type) {
      case "started":
        if (!run) return;
        run.started = true;
        run.stoppedEarly = run.stopped;
        if (run.stopped) this.#process.interrupt();
        return;
      case "publish":
        this.#publish(message.run, message.kind, message.content, message);
        return;
      case "ask": {
        const parent = this.#parents.get(message.run);
        this.#asked = parent;
        const { prompt, password } = message;
        this.#sockets.send("stdin", replyTo(parent, "input_request", { prompt, password }));
        return;
      }
      case "target":
        this.comms?.listens(message.name);
        return;
      case "done":
      case "evaluated":
        run?.heard(message);
        return;
      case "ready":
    }
  }

  #publish(
    run: number,
    kind: string,
    content: object,
    more: { metadata?: object; buffers?: string[] } = {},
  ): void {
    if (kind.startsWith("comm_")) this.comms?.sent(kind, content);
    const buffers = more.buffers?.map((text) => Buffer.from(text, "base64"));
    this.#sockets.publish(
      replyTo(this.#parents.get(run), kind, content, { metadata: more.metadata, buffers }),
    );
  }

  /** The process of the cells has ended: with it all values are lost. A new one takes the next cell. */
  #restart(end: ProcessEnd): void {
    const run = this.#run;
    const report = endReport(end, run !== undefined);
    void this.#types.forget();
    this.comms?.ended();
    // One that has ended before it was ready would do so again: the next one waits for the next cell.
    const again = this.#state === "ready";
    this.#state = "ended";
    if (again) this.#process = this.#start();
    if (run) run.heard({ type: "done", run: run.id, error: report, reached: [] });
    else
      this.#publish(this.#parents.newest, "stream", {
        name: "stderr",
        text: `${report.traceback.join("\n")}\n`,
      });
  }

  async #compile(
    code: string,
    title: string,
  ): Promise<{ cell: CompiledCode; checked: CheckedCell } | { error: ErrorReport }> {
    await this.#kept;
    const early = code.length <= longestEarly ? this.#transpile(code) : undefined;
    // It is awaited below, unless the types are wrong, which tells more.
    early?.catch(() => {});
    const checked = await this.#types.check(code);
    if (checked.diagnostics.length > 0) {
      const hints = await this.#types.hints(checked);
      return { error: reportDiagnostics(checked.diagnostics, title, code, hints) };
    }
    const { constant } = checked;
    const { js, map } = await (early && !constant ? early : this.#transpile(code, constant));
    return { cell: { code, js, map, words: [...checked.names] }, checked };
  }

  async #transpile(code: string, constant?: Range): Promise<Transpiled> {
    return this.#transpiler.transpile(code, { jsx: await this.#types.jsx(), constant });
  }

  async #hinted(error: ErrorReport): Promise<ErrorReport> {
    const [, name] = /^([\w$]+) is not defined$/.exec(error.evalue) ?? [];
    if (error.ename !== "ReferenceError" || name === undefined) return error;
    const hint = await this.#types.libraryHint(name);
    return hint === undefined ? error : withHint(error, hint);
  }
}

function newStop(): Run["stop"] {
  let resolve = () => {};
  const promise = new Promise<undefined>((given) => {
    resolve = () => given(undefined);
  });
  return { promise, resolve };
}

function endReport({ code, signal }: ProcessEnd, running: boolean): ErrorReport {
  const how =
    signal === "SIGABRT"
      ? "it ran out of memory or failed in native code (SIGABRT)"
      : signal !== null
        ? `signal ${signal}`
        : `exit code ${code}`;
  const evalue = `${running ? "the cell has ended its process" : "the process of the cells has ended"} (${how})`;
  const rest = "All variables are lost. The next cell runs in a new process.";
  return { ename: "ProcessEnded", evalue, traceback: [`ProcessEnded: ${evalue}`, rest] };
}

/** Two kinds of cells that tslab knows and this kernel does not: better refused than taken for what they are not. */
function refuseTags(code: string): void {
  const [comment = ""] = /^\s*\/\*\*.*?\*\//s.exec(code) ?? [];
  if (/@browser\b/.test(comment))
    throw new Error("Cells of browser code (@browser in a comment) are not supported: remove @browser.");
  if (/@module\b/.test(comment))
    throw new Error(
      'Cells that are modules (@module in a comment) are not supported: write the code to a file beside the notebook, x.ts, and import it from "./x".',
    );
}
