import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { JsonRpc } from "./jsonRpc";

/**
 * By itself Go's collector takes half of the time in which the compiler starts. Here it lets the memory grow fivefold, and
 * `NativeCompiler.rest` calls it before that, when nobody waits.
 */
const GOGC = "400";

const load = createRequire(__filename);

/** TypeScript's native compiler as a language server: a process that answers on its standard streams. */
export class LanguageServer {
  /** Settles when the process has ended; it never resolves. */
  readonly ended: Promise<never>;
  readonly #process: ChildProcess;
  readonly #rpc: JsonRpc;

  constructor() {
    const child = spawn(executable(), ["--lsp", "--stdio"], {
      env: { ...process.env, GOGC, GOTRACEBACK: "none" },
      stdio: ["pipe", "pipe", "ignore"],
      // A group of its own: a signal to the kernel's group is meant for the cell. It ends with its input.
      detached: true,
      windowsHide: true,
    });
    this.#process = child;
    this.#rpc = new JsonRpc(child.stdout, child.stdin, answerTo);
    this.ended = new Promise((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        reject(new Error(`TypeScript's compiler has ended (${signal ?? `code ${code}`}).`)),
      );
    });
    this.ended.catch((error: Error) => this.#rpc.end(error));
    // A write to a process that has ended; `ended` tells it.
    child.stdin.on("error", () => {});
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  request(method: string, params: object | undefined): Promise<unknown> {
    return this.#rpc.request(method, params);
  }

  notify(method: string, params: object): void {
    this.#rpc.notify(method, params);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/** What the server asks of an editor: its configuration, of which there is none, and leave to do things. */
function answerTo(method: string, params: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  return (params as { items: unknown[] }).items.map(() => ({}));
}

function executable(): string {
  const packageOf = createRequire(load.resolve("typescript-native/package.json"));
  const found = packageOf.resolve(`@typescript/typescript-${process.platform}-${process.arch}/package.json`);
  return join(dirname(found), "lib", process.platform === "win32" ? "tsc.exe" : "tsc");
}
