import { OutputLimit } from "../../src/cells/outputLimit";
import type { Cell } from "../../src/show/notebook/cell";
import { bundleMetadata, type MimeBundle } from "../../src/show/notebook/jupyterDisplay";
import type { Bundle, FromWorker, Output } from "./protocol";

/** The outputs of one run of a cell, sent in the order in which the cell made them. */
export class PageOutput implements Cell {
  /** Never aborts: a page ends the whole worker. */
  readonly signal = new AbortController().signal;
  readonly #run: number;
  readonly #tell: (message: FromWorker) => void;
  readonly #limit = new OutputLimit();
  #queue: Promise<void> = Promise.resolve();
  /** Bundles that are still being made, and what waits behind them. */
  #waiting = 0;
  /** The last question, and what takes the answer to the one that stands there. */
  #asked: Promise<unknown> = Promise.resolve();
  #answer: ((text: string) => void) | undefined;

  constructor(run: number, tell: (message: FromWorker) => void) {
    this.#run = run;
    this.#tell = tell;
  }

  write(name: "stdout" | "stderr", text: string): void {
    const kept = this.#limit.take(text);
    if (kept !== "") this.#send({ output_type: "stream", name, text: kept });
  }

  async show(bundle: MimeBundle | Promise<MimeBundle>, id?: string): Promise<void> {
    await this.#add("display_data", bundle, id);
  }

  /** The value of the cell's last expression. */
  async result(bundle: MimeBundle | Promise<MimeBundle>): Promise<void> {
    await this.#add("execute_result", bundle);
  }

  fail(output: Output): void {
    this.#send(output);
  }

  clear(wait: boolean): void {
    this.#now(() => this.#tell({ type: "clear", run: this.#run, wait }));
  }

  /** Asks the reader below the cell; a later question comes when this one is answered. */
  input(prompt: string, password: boolean): Promise<string> {
    const asked = this.#asked.then(
      () =>
        new Promise<string>((resolve) => {
          this.#answer = resolve;
          this.#now(() => this.#tell({ type: "ask", run: this.#run, prompt, password }));
        }),
    );
    this.#asked = asked;
    return asked;
  }

  /** Hands the reader's answer to what has asked. */
  answer(text: string): void {
    this.#answer?.(text);
    this.#answer = undefined;
  }

  /** Resolves when every output made so far has been sent; `end` says what was left out. */
  async drain(): Promise<void> {
    await this.#queue;
    const { lines, characters } = this.#limit.leftOut;
    if (characters === 0) return;
    const tail = this.#limit.takeTail();
    const text = `\n… ${lines} lines (${characters} characters) are left out; they end with:\n${tail}`;
    this.#tell({
      type: "output",
      run: this.#run,
      output: { output_type: "stream", name: "stdout", text },
    });
  }

  async #add(
    kind: "display_data" | "execute_result",
    bundle: MimeBundle | Promise<MimeBundle>,
    id?: string,
  ): Promise<void> {
    const send = (ready: MimeBundle) => {
      const [data, metadata] = [plain(ready), plain(ready[bundleMetadata] ?? {})];
      const output: Output = { output_type: kind, data, metadata };
      this.#tell({ type: "output", run: this.#run, output, ...(id !== undefined && { id }) });
    };
    if (this.#waiting === 0 && !(bundle instanceof Promise)) return send(bundle);
    await this.#behind(async () => send(await bundle));
  }

  #send(output: Output): void {
    this.#now(() => this.#tell({ type: "output", run: this.#run, output }));
  }

  /** At once if nothing is being made: a loop that never pauses still shows what it prints. */
  #now(work: () => void): void {
    if (this.#waiting === 0) work();
    else void this.#behind(async () => work());
  }

  /** Does work when everything before it is done; what fails is reported to its caller, and what comes after goes on. */
  #behind(work: () => Promise<void>): Promise<void> {
    this.#waiting++;
    const done = this.#queue.then(work).finally(() => {
      this.#waiting--;
    });
    this.#queue = done.catch(() => {});
    return done;
  }
}

/** A copy as JSON has it, so that it is what a notebook's file would hold. */
function plain(bundle: object): Bundle {
  return JSON.parse(JSON.stringify(bundle)) as Bundle;
}
