import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../common/cacheFolder.cjs";
import type { HistoryRequest } from "./historyRequest";

/** One cell of the past: number of its session, its number in there, and its code, with `output` a pair. */
export type HistoryEntry = [session: number, line: number, input: string | [string, null]];

type Line = { session: number; line: number; code: string };

/** So many sessions are kept; older ones are forgotten. */
const mostSessions = 1000;

/** The code of all cells that ran, of earlier sessions too, in one file a session in the user's cache folder. */
export class History {
  readonly #folder: string;
  readonly #own: Line[] = [];
  /** The number of this session; without a file if the folder cannot be written. */
  #session: number | undefined;
  #writable = true;

  constructor(folder = join(cacheFolder(), "history")) {
    this.#folder = folder;
  }

  /** Keeps a cell. The session gets its file and number with the first one. */
  add(line: number, code: string): void {
    if (this.#writable) this.#write(line, code);
    this.#session ??= this.#sessions()[0] + 1;
    this.#own.push({ session: this.#session, line, code });
  }

  /** The cells that a client asks for, oldest first. */
  read(request: HistoryRequest): HistoryEntry[] {
    const { type, output, n = 10 } = request;
    const found =
      type === "range"
        ? this.#range(request)
        : type === "search"
          ? this.#search(request)
          : lastOf(this.#newestFirst(), n);
    return found.map(({ session, line, code }) => [session, line, output ? [code, null] : code]);
  }

  #write(line: number, code: string): void {
    try {
      this.#session ??= this.#begin();
      // One write of one line: whatever ends the kernel, no earlier line is harmed.
      appendFileSync(this.#file(this.#session), `${JSON.stringify([line, code])}\n`);
    } catch (error) {
      // A full disk or a foreign folder must not keep cells from running.
      this.#writable = false;
      writeSync(2, `TypeScript kernel: the history is kept for this session only: ${String(error)}\n`);
    }
  }

  #range({ session, start, stop }: HistoryRequest): Line[] {
    const current = this.#session ?? this.#sessions()[0] + 1;
    const wanted = session > 0 ? session : current + session;
    return this.#linesOf(wanted).filter(({ line }) => line >= start && (stop === undefined || line < stop));
  }

  #search({ pattern, n, unique }: HistoryRequest): Line[] {
    const glob = globOf(pattern);
    const seen = new Set<string>();
    const matches = function* (lines: Iterable<Line>): Generator<Line> {
      for (const line of lines) {
        if (!glob.test(line.code) || (unique && seen.has(line.code))) continue;
        seen.add(line.code);
        yield line;
      }
    };
    return lastOf(matches(this.#newestFirst()), n ?? Number.POSITIVE_INFINITY);
  }

  *#newestFirst(): Generator<Line> {
    yield* [...this.#own].reverse();
    for (const session of this.#sessions())
      if (session !== this.#session && session > 0) yield* this.#linesOf(session).reverse();
  }

  #linesOf(session: number): Line[] {
    if (session === this.#session) return [...this.#own];
    let text: string;
    try {
      text = readFileSync(this.#file(session), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    // What follows the last line break was not written to its end.
    return text
      .split("\n")
      .slice(0, -1)
      .map((each) => {
        const [line, code] = JSON.parse(each) as [number, string];
        return { session, line, code };
      });
  }

  /** The numbers of all sessions, newest first; [0] if there is none. */
  #sessions(): number[] {
    const names = existsSync(this.#folder) ? readdirSync(this.#folder) : [];
    const numbers = names.map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1] ?? 0)).sort((a, b) => b - a);
    return numbers.length > 0 ? numbers : [0];
  }

  /** Takes the next free number, also when several kernels begin at once. */
  #begin(): number {
    mkdirSync(this.#folder, { recursive: true });
    const sessions = this.#sessions();
    for (const old of sessions.slice(mostSessions - 1)) rmSync(this.#file(old), { force: true });
    for (let session = sessions[0] + 1; ; session++) {
      try {
        closeSync(openSync(this.#file(session), "wx"));
        return session;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  #file(session: number): string {
    return join(this.#folder, `${session}.jsonl`);
  }
}

/** The first `n` of what comes newest first, oldest first. */
function lastOf(newestFirst: Iterable<Line>, n: number): Line[] {
  const found: Line[] = [];
  for (const line of newestFirst) {
    if (found.length >= n) break;
    found.push(line);
  }
  return found.reverse();
}

/** A pattern with * and ?, as shells know them; it has to fit the whole code. */
function globOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s");
}
