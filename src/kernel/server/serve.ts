import type { ChildProcess } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { installStackTraces } from "../../cells/stackTrace";
import type { LanguageServer } from "../types/languageServer";
import { TypeChecker } from "../types/typeChecker";
import { readConnectionInfo } from "../wire/connectionInfo";
import { Sockets } from "../wire/sockets";
import { CellSession } from "./cellSession";
import { History } from "./history";
import { historyFolder } from "./historyFolder";
import { KernelServer } from "./kernelServer";
import { Transpiler } from "./transpiler";

/**
 * Answers Jupyter over the connection file that the command line names, until Jupyter asks to shut down. The process of the
 * cells and the compiler's have been started in this turn of the event loop.
 */
export async function serve(child: ChildProcess, compiler: LanguageServer): Promise<void> {
  const { values } = parseArgs({ options: { "connection-file": { type: "string" } } });
  const connectionFile = values["connection-file"];
  if (!connectionFile) throw new Error("usage: node dist/kernel/main.js --connection-file <file>");
  installStackTraces();
  // Of the compilers' connections, for instance, when one is killed; whoever waits for an answer hears of it besides.
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => console.error("TypeScript kernel:", error));
  const directory = process.cwd();
  const sockets = new Sockets(readConnectionInfo(connectionFile));
  const types = new TypeChecker({ directory, server: compiler });
  const transpiler = new Transpiler();
  const session = new CellSession({ sockets, types, transpiler, directory, child });
  const history = new History(historyFolder());
  const server = new KernelServer({
    sockets,
    session,
    types,
    history,
    closed() {
      session.close();
      // Answers that are on their way still leave.
      setTimeout(() => void end(), 50);
    },
  });
  const end = async () => {
    sockets.close();
    await Promise.allSettled([types.close(), transpiler.close(), history.close()]);
    process.exit(0);
  };
  process.removeAllListeners("SIGINT");
  process.on("SIGINT", () => server.interrupt());
  process.on("SIGTERM", () => {
    session.close();
    void end();
  });
  endWithParent(() => {
    session.close();
    void end();
  });
  await server.open();
  preload(types, transpiler);
}

/** Loads what the first cells need while nobody waits. What fails here fails again for the cell, and is reported there. */
function preload(types: TypeChecker, transpiler: Transpiler): void {
  void transpiler.transpile("").catch(() => {});
  void types.preload("").catch(() => {});
}

/** Ends a kernel whose Jupyter has died without a message. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 1000).unref();
}
