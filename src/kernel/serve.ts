import process from "node:process";
import { parseArgs } from "node:util";
import { CellRunner } from "../cells/cellRunner";
import type { Interrupts } from "../cells/interrupts";
import { installStackTraces } from "../cells/stackTrace";
import { prepareStillImages } from "../show/notebook/figureBundle";
import { KernelServer } from "./kernelServer";

/** Answers Jupyter over the connection file that the command line names, until Jupyter asks to shut down. */
export async function serve(interrupts: Interrupts): Promise<void> {
  const { values } = parseArgs({ options: { "connection-file": { type: "string" } } });
  const connectionFile = values["connection-file"];
  if (!connectionFile) throw new Error("usage: node dist/kernel/main.js --connection-file <file>");
  installStackTraces();
  const runner = new CellRunner(process.cwd(), interrupts);
  const server = new KernelServer(runner, connectionFile, interrupts, {
    ready() {
      // The client's other first questions come before; the compiler then needs a second for itself.
      setTimeout(() => {
        runner.preload('import "intrinsic-params"');
        prepareStillImages();
      }, 100);
    },
    closed() {
      interrupts.end();
      // Timers and workers of the reader's code must not keep a closed kernel alive.
      setTimeout(() => process.exit(0), 100);
    },
  });
  process.on("uncaughtException", (error) => server.reportStray("error", error));
  process.on("unhandledRejection", (reason) =>
    server.reportStray("rejection of a promise nobody awaited", reason),
  );
  endWithParent();
  await interrupts.ready;
  await server.init();
}

/** Ends a kernel whose Jupyter has died without a message. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
