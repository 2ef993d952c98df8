import { randomUUID } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { OutputLimit } from "../../cells/outputLimit";
import type { Cell } from "../../show/notebook/cell";
import type { MimeBundle } from "../../show/notebook/jupyterDisplay";
import { displayContent } from "./displayContent";

/** Sends a message to everybody who watches the notebook. */
export type Publish = (type: string, content: object) => void;

type StreamName = "stdout" | "stderr";

type Entry = {
  type: string;
  /** Undefined while it is being made; null if there is nothing to send after all. */
  content: object | null | undefined;
  id?: string;
};

/** Text that comes within this time is sent as one message. */
const mergeMilliseconds = 40;
/** Milliseconds after a Stop in which a cell may still end what it does in its own way. */
const untilOver = 10_000;
/** So often the count of what is left out is shown anew. */
const leftOutMilliseconds = 1000;

/** The outputs of one run of a cell, sent in the order in which the cell made them, however long each takes to prepare. */
export class CellOutput implements Cell {
  /** The number of the run, by which its outputs find their cell. */
  readonly run: number;
  readonly #publish: Publish;
  readonly #ask: (prompt: string, password: boolean) => Promise<string>;
  readonly #abort = new AbortController();
  #stopped: number | undefined;
  readonly #entries: Entry[] = [];
  readonly #shownIds = new Set<string>();
  readonly #making = new Set<Promise<unknown>>();
  readonly #limit = new OutputLimit();
  readonly #decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  #leftOutId: string | undefined;
  #leftOutShown = 0;
  #lastFlush = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(run: number, publish: Publish, ask: (prompt: string, password: boolean) => Promise<string>) {
    this.run = run;
    this.#publish = publish;
    this.#ask = ask;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Aborts the cell's signal. */
  abort(reason: Error): void {
    this.#stopped ??= Date.now();
    this.#abort.abort(reason);
  }

  /** Whether the cell was stopped, and has had the time to end what it has begun. */
  get isOver(): boolean {
    return this.#stopped !== undefined && Date.now() - this.#stopped > untilOver;
  }

  /** Text, or bytes of it in UTF-8, which may end within a character. */
  write(name: StreamName, chunk: string | Uint8Array): void {
    const whole = typeof chunk === "string" ? chunk : this.#decoders[name].write(Buffer.from(chunk));
    const text = this.#limit.take(whole);
    if (text !== "") this.#add(name, text);
    if (this.#limit.leftOut.characters > 0) this.#sayLeftOut();
  }

  #add(name: StreamName, text: string): void {
    const last = this.#entries.at(-1);
    if (last?.type === "stream" && (last.content as { name: string }).name === name) {
      (last.content as { text: string }).text += text;
    } else {
      this.#entries.push({ type: "stream", content: { name, text } });
    }
    // A loop that never pauses still shows what it prints.
    if (Date.now() - this.#lastFlush >= mergeMilliseconds) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), mergeMilliseconds);
  }

  async show(bundle: MimeBundle | Promise<MimeBundle>, id?: string): Promise<void> {
    await this.#make({ type: "display_data", content: undefined, id }, bundle, (data) => ({
      ...displayContent(data),
      transient: id === undefined ? {} : { display_id: id },
    }));
  }

  /** Shows what already has the form of Jupyter's `display_data` message. */
  showContent(content: object, update: boolean): void {
    this.#entries.push({ type: update ? "update_display_data" : "display_data", content });
    this.flush();
  }

  /** The value of the cell's last expression. */
  async result(bundle: MimeBundle | Promise<MimeBundle>, executionCount: number): Promise<void> {
    await this.#make({ type: "execute_result", content: undefined }, bundle, (data) => ({
      ...displayContent(data),
      execution_count: executionCount,
    }));
  }

  clear(wait: boolean): void {
    this.#entries.push({ type: "clear_output", content: { wait } });
    this.flush();
  }

  async input(prompt: string, password: boolean): Promise<string> {
    await this.drain();
    return this.#ask(prompt, password);
  }

  /** Resolves when every output made so far has been sent. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#making);
    this.flush();
  }

  /** Ends the cell's own output: what was cut off in the middle of a character, and the end of what was left out. */
  end(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const rest = this.#decoders[name].end();
      if (rest !== "") this.write(name, rest);
    }
    if (this.#limit.leftOut.characters === 0) return;
    this.#sayLeftOut(true);
    this.#add("stdout", this.#limit.takeTail());
    this.flush();
  }

  /** Sends the outputs that are ready and drops the others: the cell has been stopped. */
  finish(): void {
    for (const entry of this.#entries) entry.content ??= null;
    this.flush();
  }

  /** Sends every output that is ready and has no unfinished one before it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastFlush = Date.now();
    for (const { type, content, id } of this.#takeReady()) {
      if (type === "clear_output") this.#shownIds.clear();
      const known = id !== undefined && this.#shownIds.has(id);
      if (id !== undefined) this.#shownIds.add(id);
      this.#publish(known ? "update_display_data" : type, content);
    }
  }

  /** Takes the finished outputs off the front one by one, and gives those that have something to send. */
  *#takeReady(): Generator<Entry & { content: object }> {
    for (let [first] = this.#entries; first?.content !== undefined; [first] = this.#entries) {
      this.#entries.shift();
      if (first.content !== null) yield { ...first, content: first.content };
    }
  }

  /** Says how much is left out: below what was printed, and anew as it grows. */
  #sayLeftOut(final = false): void {
    const now = Date.now();
    if (!final && now - this.#leftOutShown < leftOutMilliseconds) return;
    this.#leftOutShown = now;
    this.#leftOutId ??= `left-out-${randomUUID()}`;
    const id = this.#leftOutId;
    const { lines, characters } = this.#limit.leftOut;
    const counted = `${count(lines, "line")}, ${count(characters, "character")}`;
    const verb = characters === 1 ? "is" : "are";
    const text = `… ${counted} of what was printed ${verb} left out${final ? "; the last of it:" : " so far"}`;
    this.#entries.push({
      type: "display_data",
      content: { data: { "text/plain": text }, metadata: {}, transient: { display_id: id } },
      id,
    });
    this.flush();
  }

  async #make(
    entry: Entry,
    bundle: MimeBundle | Promise<MimeBundle>,
    toContent: (bundle: MimeBundle) => object,
  ): Promise<void> {
    this.#entries.push(entry);
    const fill = (made: MimeBundle) => {
      entry.content = toContent(made);
    };
    const making = bundle instanceof Promise ? bundle.then(fill) : undefined;
    if (making !== undefined) this.#making.add(making);
    try {
      if (making !== undefined) await making;
      else fill(bundle as MimeBundle);
    } catch (error) {
      // This output has nothing left to send, and later ones must not wait for it.
      entry.content = null;
      throw error;
    } finally {
      if (making !== undefined) this.#making.delete(making);
      this.flush();
    }
  }
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}
