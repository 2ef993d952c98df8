import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

export const root = join(import.meta.dirname, "..", "..");
export const venv = join(root, ".venv");

export type Output = {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: messages differ by type, and a test reads what it expects.
  content: any;
};

export type CellRun = {
  messages: Output[];
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  reply: any;
  asked: { prompt: string; password: boolean }[];
  seconds: number;
};

/** A real kernel, started from the project's kernel spec and driven by jupyter_client. */
export class Kernel {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  constructor(environment: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(join(venv, "bin", "python"), [join(import.meta.dirname, "bridge.py")], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1", ...environment },
    });
    this.#lines = createInterface({ input: this.#child.stdout! });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async do<T>(name: string, arguments_: object = {}): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify({ do: name, with: arguments_ })}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the bridge has ended");
    const answer = JSON.parse(value as string) as { value: T; error?: string };
    if (answer.error) throw new Error(answer.error);
    return answer.value;
  }

  start(cwd = join(root, "notebooks")): Promise<{ resource_dir: string; seconds: number }> {
    return this.do("start", { cwd });
  }

  run(
    code: string,
    options: object = {},
    more: { timeout?: number; answers?: string[] } = {},
  ): Promise<CellRun> {
    return this.do("run", { code, options, ...more });
  }

  send(code: string, options: object = {}): Promise<string> {
    return this.do("send", { code, options });
  }

  collect(id: string, timeout = 30): Promise<CellRun> {
    return this.do("collect", { id, timeout });
  }

  async close(): Promise<void> {
    this.#child.stdin!.end();
    await new Promise((resolve) => this.#child.once("exit", resolve));
    this.#lines.close();
  }
}

/** The messages of one type. */
export function ofType(run: CellRun, type: string): Output["content"][] {
  return run.messages.filter((message) => message.type === type).map(({ content }) => content);
}

/** What a cell printed. */
export function printed(run: CellRun, name: "stdout" | "stderr" = "stdout"): string {
  return ofType(run, "stream")
    .filter((content) => content.name === name)
    .map((content) => content.text)
    .join("");
}
