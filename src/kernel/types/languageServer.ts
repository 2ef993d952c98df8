import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

type Answer = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
type Message = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

/**
 * Go's collector works only where the compiler comes near this much memory: at the start it would take half of its time, for
 * nothing. A notebook with larger declarations takes more, and is then slower by what the collector does.
 */
const collector = { GOGC: "off", GOMEMLIMIT: "140MiB" };

const load = createRequire(__filename);

/** TypeScript's native compiler as a language server: a process that answers JSON-RPC messages on its standard streams. */
export class LanguageServer {
  /** Settles when the process has ended; it never resolves. */
  readonly ended: Promise<never>;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Answer>();
  #received = Buffer.alloc(0);
  #next = 1;
  /** Why the process has ended. */
  #end: Error | undefined;

  constructor() {
    const child = spawn(executable(), ["--lsp", "--stdio"], {
      env: { ...process.env, ...collector, GOTRACEBACK: "none" },
      stdio: ["pipe", "pipe", "ignore"],
      // A group of its own: a signal to the kernel's group is meant for the cell. It ends with its input.
      detached: true,
      windowsHide: true,
    });
    this.#process = child;
    this.ended = new Promise((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        reject(new Error(`TypeScript's compiler has ended (${signal ?? `code ${code}`}).`)),
      );
    });
    this.ended.catch((error: Error) => {
      this.#end = error;
      for (const { reject } of this.#waiting.values()) reject(error);
    });
    // A write to a process that has ended; `ended` tells it.
    child.stdin?.on("error", () => {});
    child.stdout?.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  request(method: string, params: object): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = this.#received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, head))?.[1]);
      const start = head + 4;
      if (this.#received.length < start + length) return;
      const message = JSON.parse(this.#received.toString("utf8", start, start + length)) as Message;
      this.#received = this.#received.subarray(start + length);
      this.#handle(message);
    }
  }

  #handle({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: answerTo(method, params) });
      return;
    }
    const answer = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (error) answer?.reject(new Error(`TypeScript's compiler: ${error.message}`));
    else answer?.resolve(result);
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
