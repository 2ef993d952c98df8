import { inspect } from "node:util";
import type { Cell } from "../show/notebook/cell";
import { bundleMetadata, type MimeBundle } from "../show/notebook/jupyterDisplay";

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

/** The outputs of one run of a cell, sent in the order in which the cell made them, however long each takes to prepare. */
export class CellOutput implements Cell {
  readonly #publish: Publish;
  readonly #ask: (prompt: string, password: boolean) => Promise<string>;
  readonly #abort = new AbortController();
  readonly #entries: Entry[] = [];
  readonly #shownIds = new Set<string>();
  readonly #making = new Set<Promise<unknown>>();
  #lastFlush = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: Publish, ask: (prompt: string, password: boolean) => Promise<string>) {
    this.#publish = publish;
    this.#ask = ask;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Aborts the cell's signal. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  write(name: StreamName, text: string): void {
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
    await this.#add({ type: "display_data", content: undefined, id }, bundle, (data) => ({
      ...displayContent(data),
      transient: id === undefined ? {} : { display_id: id },
    }));
  }

  /** The value of the cell's last expression. */
  async result(bundle: MimeBundle | Promise<MimeBundle>, executionCount: number): Promise<void> {
    await this.#add({ type: "execute_result", content: undefined }, bundle, (data) => ({
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

  async #add(
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

function displayContent(bundle: MimeBundle): { data: object; metadata: object } {
  const data = Object.entries(bundle).map(([type, content]) => [type, plainContent(content, type)]);
  const metadata = plainJSON(bundle[bundleMetadata] ?? {}, "metadata");
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    throw new TypeError(`The metadata of an output must be an object; got ${inspect(metadata)}.`);
  return { data: Object.fromEntries(data) as object, metadata };
}

/** Content as a notebook's file may hold it: any JSON for JSON types, text for all others, bytes as base64. */
function plainContent(content: unknown, type: string): unknown {
  if (content === undefined || typeof content === "string") return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  if (!/^application\/(.*\+)?json$/.test(type)) {
    if (Array.isArray(content) && content.every((line) => typeof line === "string")) return content;
    throw new TypeError(`An output of type ${type} must be a text; got ${inspect(content)}.`);
  }
  const plain = plainJSON(content, type);
  if (plain === undefined)
    throw new TypeError(`An output of type ${type} cannot be written as JSON: it is ${inspect(content)}.`);
  return plain;
}

/** A plain copy, made early, so that a value that cannot be sent (a BigInt, a circle) is reported to its own cell. */
function plainJSON(content: unknown, type: string): unknown {
  try {
    const text = JSON.stringify(content) as string | undefined;
    return text === undefined ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`An output of type ${type} cannot be written as JSON.`, { cause });
  }
}
