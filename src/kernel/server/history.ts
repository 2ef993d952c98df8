import { writeSync } from "node:fs";
import { HistoryFiles, type PastCell } from "./historyFiles";
import type { HistoryRequest } from "./historyRequest";
import { matchesGlob } from "./matchesGlob";

/** One cell of the past: number of its session, its number in there, and its code, with `output` a pair. */
export type HistoryEntry = [session: number, line: number, input: string | [string, null]];

type Line = PastCell & { readonly session: number };

/** A cell of more characters is not kept: nobody looks for it, and it would cost all others their place. */
const longestCell = 100_000;
/** Milliseconds after its first cell in which a session looks for older ones that are too many. */
const untilTidy = 10_000;

/** The code of the cells that ran, of earlier sessions too. Nothing here is waited for by a cell. */
export class History {
  readonly #own: PastCell[] = [];
  readonly #files: HistoryFiles | undefined;
  #writable = true;
  /** Resolves when all cells so far are written. */
  #written: Promise<void> = Promise.resolve();
  #tidying: NodeJS.Timeout | undefined;

  /** Without a folder, a session knows only its own cells. */
  constructor(folder: string | undefined) {
    if (folder !== undefined) this.#files = new HistoryFiles(folder, longestCell);
  }

  /** Keeps a cell, if it is not too long. */
  add(line: number, code: string): void {
    if (code.length > longestCell) return;
    const cell = { line, code };
    this.#own.push(cell);
    this.#written = this.#written.then(() => this.#onDisk((files) => files.append(cell)));
    this.#tidying ??= setTimeout(() => this.#onDisk((files) => files.tidy()), untilTidy).unref();
  }

  /** The cells that a client asks for, oldest first. */
  async read(request: HistoryRequest): Promise<HistoryEntry[]> {
    await this.#written;
    const { type, output, n = 10 } = request;
    const found =
      type === "range"
        ? this.#range(request)
        : type === "search"
          ? this.#search(request)
          : lastOf(this.#newestFirst(), n);
    return (await found).map(({ session, line, code }) => [session, line, output ? [code, null] : code]);
  }

  /** Resolves when all cells are written and older sessions that are too many are removed. */
  async close(): Promise<void> {
    await this.#written;
    clearTimeout(this.#tidying);
    if (this.#tidying) await this.#onDisk((files) => files.tidy());
  }

  /** A full disk or a foreign folder must not keep cells from running. */
  async #onDisk(work: (files: HistoryFiles) => Promise<void>): Promise<void> {
    if (!this.#files || !this.#writable) return;
    try {
      await work(this.#files);
    } catch (error) {
      this.#writable = false;
      writeSync(2, `TypeScript kernel: the history is kept for this session only: ${String(error)}\n`);
    }
  }

  async #range({ session, start, stop }: HistoryRequest): Promise<Line[]> {
    const wanted = session > 0 ? session : (await this.#session()) + session;
    const lines = await lastOf(this.#linesOf(wanted), Number.POSITIVE_INFINITY);
    return lines.filter(({ line }) => line >= start && (stop === undefined || line < stop));
  }

  async #search({ pattern, n = Number.POSITIVE_INFINITY, unique }: HistoryRequest): Promise<Line[]> {
    const seen = new Set<string>();
    const matches = async function* (lines: AsyncIterable<Line>): AsyncGenerator<Line> {
      for await (const line of lines) {
        if (!matchesGlob(line.code, pattern) || (unique && seen.has(line.code))) continue;
        seen.add(line.code);
        yield line;
      }
    };
    return lastOf(matches(this.#newestFirst()), n);
  }

  async *#newestFirst(): AsyncGenerator<Line> {
    const current = await this.#session();
    yield* this.#linesOf(current);
    for (const session of (await this.#files?.sessions()) ?? [])
      if (session !== current) yield* this.#linesOf(session);
  }

  /** A session's lines, newest first. */
  async *#linesOf(session: number): AsyncGenerator<Line> {
    const isOwn = session === (await this.#session());
    const cells = isOwn ? [...this.#own].reverse() : (this.#files?.newestFirst(session) ?? []);
    for await (const cell of cells) yield { session, ...cell };
  }

  async #session(): Promise<number> {
    return (await this.#files?.session()) ?? 1;
  }
}

/** The first `n` of what comes newest first, oldest first; no more of it is read. */
async function lastOf(newestFirst: AsyncIterable<Line>, n: number): Promise<Line[]> {
  const found: Line[] = [];
  if (n <= 0) return found;
  for await (const line of newestFirst) if (found.push(line) >= n) break;
  return found.reverse();
}
