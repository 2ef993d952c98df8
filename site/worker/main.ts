import { type ErrorReport, reportThrown } from "../../src/cells/errorReport";
import { NotebookRunner } from "../../src/cells/notebookRunner";
import { installStackTraces } from "../../src/cells/stackTrace";
import { wordsOf } from "../../src/cells/wordsOf";
import * as library from "../../src/index";
import { enterCell } from "../../src/show/notebook/cell";
import { mimeBundle } from "../../src/show/notebook/mimeBundle";
import { PageCellHost } from "./pageCellHost";
import { PageOutput } from "./pageOutput";
import { printTo } from "./printTo";
import type { FromWorker, ToRun, ToWorker } from "./protocol";
import { transpile } from "./transpile";

const tell = (message: FromWorker) => postMessage(message);
const modules = new Map([["intrinsic-params", async () => library as object]]);
const runner = new NotebookRunner(new PageCellHost(modules));
let newest: PageOutput | undefined;

/** Runs a cell; what goes wrong becomes an output. Gives whether all went well. */
async function run({ run, label, code, compiled }: ToRun): Promise<boolean> {
  const output = new PageOutput(run, tell);
  newest = output;
  enterCell(output);
  const failed = (report: ErrorReport) => {
    output.fail({ output_type: "error", ...report });
    return false;
  };
  try {
    const outcome = await runner.run({
      ...(compiled ?? transpile(code)),
      label,
      code,
      words: wordsOf(code),
      signal: output.signal,
      stopped: () => false,
    });
    if ("error" in outcome) return failed(outcome.error);
    if (outcome.value !== undefined) await output.result(mimeBundle(outcome.value));
    return true;
  } catch (thrown) {
    return failed(reportThrown(thrown));
  } finally {
    await output.drain();
  }
}

installStackTraces();
printTo((name, text) => newest?.write(name, text));
for (const event of ["error", "unhandledrejection"] as const)
  addEventListener(event, (stray) => {
    const thrown = "reason" in stray ? stray.reason : (stray as ErrorEvent).error;
    newest?.write("stderr", `Uncaught ${reportThrown(thrown).traceback.join("\n")}\n`);
    stray.preventDefault();
  });

let queue: Promise<unknown> = Promise.resolve();
addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  // The cell that asked is still running.
  if (data.type === "answer") {
    newest?.answer(data.text);
    return;
  }
  queue = queue.then(async () => {
    const began = performance.now();
    const ok = await run(data);
    tell({ type: "done", run: data.run, ok, milliseconds: performance.now() - began });
  });
});
tell({ type: "ready" });
