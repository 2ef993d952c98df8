import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ErrorReport,
  interruptedReport,
  reportThrown,
  reportUnlessStopped,
} from "../../cells/errorReport";
import { Interruption, isInterruption } from "../../cells/interruption";
import type { Interrupts } from "../../cells/interrupts";
import { NodeCellHost } from "../../cells/nodeCellHost";
import { NotebookRunner, type Outcome } from "../../cells/notebookRunner";
import { installStackTraces, longestStack } from "../../cells/stackTrace";
import { untilStopped } from "../../cells/untilStopped";
import { present } from "../../common/present";
import { prepareStillImages } from "../../show/notebook/figureBundle";
import { mimeBundle } from "../../show/notebook/mimeBundle";
import { askReader, receiveAnswer } from "./askReader";
import { CellOutput } from "./cellOutput";
import { listen, tell } from "./channel";
import { handleComm, sendComms } from "./comms";
import { displayContent } from "./displayContent";
import { expectLibrary } from "./expectLibrary";
import { outputOf, runWithOutput, sendOutputs } from "./outputs";
import type { ExpressionReply, ToProcess } from "./protocol";
import { tslabForCells } from "./tslabForCells";

type RunMessage = Extract<ToProcess, { type: "run" }>;
type EvaluateMessage = Extract<ToProcess, { type: "evaluate" }>;

/** Milliseconds after which the process prepares to draw charts, which takes it half a second. */
const idleBeforeImages = 3000;
/** Milliseconds that a stopped cell still waits for pictures that are being drawn. */
const lastOutputs = 1000;

/** Runs the cells that the server sends, until the server has gone. */
export async function serveCells(interrupts: Interrupts): Promise<void> {
  installStackTraces();
  const cells = new Cells(interrupts);
  sendOutputs();
  sendComms();
  process.on("uncaughtException", (error) => reportStray("error", error, error));
  process.on("unhandledRejection", (reason, promise) =>
    reportStray("rejection of a promise nobody awaited", reason, promise),
  );
  // First, since this keeps the process alive while it waits.
  listen(
    (message) => cells.receive(message),
    () => process.exit(0),
  );
  await interrupts.ready;
  tell({ type: "ready" });
  // Not before the first cell has had its time: it would have to share the processor.
  setTimeout(prepareStillImages, idleBeforeImages).unref();
}

/** Shows an error that no cell waits for, below the cell that it comes from: `source` is the error or the promise. */
function reportStray(what: string, thrown: unknown, source: unknown): void {
  // What a stopped cell had begun has ended as well.
  if (isInterruption(thrown)) return;
  const text = `Uncaught ${what}:\n${reportThrown(thrown).traceback.join("\n")}\n`;
  const output = outputOf(source);
  if (output) output.write("stderr", text);
  else process.stderr.write(text);
}

/** Runs cells one after the other and tells the server what comes of them. */
class Cells {
  readonly #interrupts: Interrupts;
  readonly #runner: NotebookRunner;
  #output: CellOutput | undefined;

  constructor(interrupts: Interrupts) {
    this.#interrupts = interrupts;
    const host = new NodeCellHost({ directory: process.cwd(), tslab: tslabForCells });
    this.#runner = new NotebookRunner(host);
    interrupts.onStop = () => this.#output?.abort(new Interruption());
  }

  receive(message: ToProcess): void {
    if (message.type === "run") void this.#run(message);
    else if (message.type === "expect") expectLibrary();
    else if (message.type === "evaluate") void this.#evaluate(message);
    else if (message.type === "input") receiveAnswer(message.value);
    else handleComm(message);
  }

  async #run(message: RunMessage): Promise<void> {
    const { run, silent, allowStdin } = message;
    const output: CellOutput = new CellOutput(
      run,
      (kind, content) => {
        if (!silent) tell({ type: "publish", run, kind, content });
      },
      (prompt, password) => askReader(run, { prompt, password, allowed: allowStdin }, output.signal),
    );
    Error.stackTraceLimit = longestStack;
    // A Stop that has come since the last cell ended was not meant for this one.
    this.#interrupts.take();
    this.#output = output;
    tell({ type: "started", run });
    const done = await runWithOutput(output, () => this.#outcome(message, output)).catch(
      (error: unknown) => ({
        error: reportThrown(error),
        reached: [] as string[],
      }),
    );
    tell({ type: "done", run, ...done });
  }

  async #outcome(
    message: RunMessage,
    output: CellOutput,
  ): Promise<{ error?: ErrorReport; reached: string[] }> {
    const { signal } = output;
    const outcome = await this.#runner.run({
      ...message.cell,
      words: new Set(message.cell.words),
      label: message.label,
      signal,
      stopped: () => this.#stopped(output),
    });
    const { reached } = outcome;
    const error = await this.#show(outcome, message, output);
    if (error?.ename === interruptedReport().ename) {
      output.abort(new Interruption());
      // Outputs that are nearly ready still come.
      await Promise.race([output.drain(), delay(lastOutputs)]);
      output.finish();
    }
    output.end();
    return { error, reached };
  }

  /** Shows a cell's value; if the value's own display fails, the cell fails. */
  async #show(
    outcome: Outcome,
    { silent, executionCount }: RunMessage,
    output: CellOutput,
  ): Promise<ErrorReport | undefined> {
    const { signal } = output;
    try {
      if ("value" in outcome && outcome.value !== undefined && !silent) {
        const { value } = outcome;
        await untilStopped(signal, () => output.result(mimeBundle(value), executionCount));
      }
      if (!signal.aborted) await untilStopped(signal, () => output.drain());
      return "error" in outcome ? outcome.error : undefined;
    } catch (thrown) {
      return reportUnlessStopped(thrown, signal);
    }
  }

  async #evaluate({ run, label, expression }: EvaluateMessage): Promise<void> {
    const output = present(this.#output, "The cell before the expression");
    const { signal } = output;
    const reply = await runWithOutput(output, async (): Promise<ExpressionReply> => {
      const stopped = () => this.#stopped(output);
      const outcome = await this.#runner.evaluate({ ...expression, label, signal, stopped });
      if ("error" in outcome) return { status: "error", ...outcome.error };
      try {
        return {
          status: "ok",
          ...displayContent(await untilStopped(signal, () => mimeBundle(outcome.value))),
        };
      } catch (thrown) {
        return { status: "error", ...(await reportUnlessStopped(thrown, signal)) };
      }
    });
    tell({ type: "evaluated", run, reply });
  }

  #stopped(output: CellOutput): boolean {
    if (this.#interrupts.take() !== undefined) output.abort(new Interruption());
    return output.signal.aborted;
  }
}
