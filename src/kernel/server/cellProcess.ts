import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setImmediate as turn } from "node:timers/promises";
import { linesOf } from "../process/channel";
import type { FromProcess, ToProcess } from "../process/protocol";

/** How the process of the cells has ended. */
export type ProcessEnd = { code: number | null; signal: NodeJS.Signals | null };

/** What the server wants to hear of the process of the cells. */
export type CellProcessEvents = {
  message(message: FromProcess): void;
  /** Text that came past the kernel: of native code, or of child processes that share the process's streams. */
  text(name: "stdout" | "stderr", text: string): void;
  ended(end: ProcessEnd): void;
};

/**
 * Node's options for the process of the cells: those that the kernel was started with, but for the server's own; and without
 * checks of what only Node's own code gives to promises' hooks.
 */
const cellOptions = [
  ...process.execArgv.filter((option) => !option.startsWith("--max-semi-space-size")),
  "--no-force-async-hooks-checks",
];

/** Starts a process that runs cells, in the notebook's folder. */
export function startCellProcess(directory: string): ChildProcess {
  return spawn(process.execPath, [...cellOptions, join(__dirname, "..", "process", "main.js")], {
    cwd: directory,
    // A process group of its own: a signal to the server's group must not reach the cells a second time.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
}

/** The process in which the reader's code runs, as the server sees it. */
export class CellProcess {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  #closing = false;

  /** Its events come from now on: `child` must have been started in the same turn of the event loop. */
  constructor(child: ChildProcess, events: CellProcessEvents) {
    this.#child = child;
    const [, stdout, stderr, output, input] = this.#child.stdio as [
      null,
      Readable,
      Readable,
      Readable,
      Writable,
    ];
    this.#input = input;
    // A process that has ended cannot be told anything any more; its end is reported below.
    input.on("error", () => {});
    output.on(
      "data",
      linesOf((line) => events.message(JSON.parse(line) as FromProcess)),
    );
    for (const [name, stream] of [
      ["stdout", stdout],
      ["stderr", stderr],
    ] as const) {
      const decoder = new StringDecoder("utf8");
      stream.on("data", (chunk: Buffer) => events.text(name, decoder.write(chunk)));
    }
    // What it said last is read first. Its own children may hold its output streams open for ever, but not this one.
    const heardAll = new Promise((resolve) => output.once("close", resolve));
    this.#child.once("exit", async (code, signal) => {
      await heardAll;
      await this.drain();
      if (!this.#closing) events.ended({ code, signal });
    });
  }

  tell(message: ToProcess): void {
    this.#input.write(`${JSON.stringify(message)}\n`);
  }

  /** Resolves when the text that has come past the kernel so far has been read. */
  async drain(): Promise<void> {
    await turn();
    await turn();
  }

  /** Stops what the process does, and its own children, for which it may wait. */
  interrupt(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGINT");
  }

  /** Ends the process at once. */
  close(): void {
    this.#closing = true;
    this.#child.kill("SIGKILL");
  }
}
