import { appendFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { linesFromEnd } from "./linesFromEnd";

/** A cell of the past: its number in its session, and its code. */
export type PastCell = { readonly line: number; readonly code: string };

/** So many sessions are kept, and so many bytes of all of them; older ones are forgotten. */
const mostSessions = 1000;
const mostBytes = 32 * 2 ** 20;
/** What a session writes after so many bytes is not kept. */
const mostBytesOfSession = 8 * 2 ** 20;

/** The cells of all sessions, in one file a session: one cell a line, each written at once. */
export class HistoryFiles {
  readonly #folder: string;
  readonly #longest: number;
  #session: number | undefined;
  #bytes = 0;

  /** Cells have at most `longest` characters. */
  constructor(folder: string, longest: number) {
    this.#folder = folder;
    this.#longest = longest;
  }

  /** The number of this session: once it has written something its own, before that the next one. */
  async session(): Promise<number> {
    return this.#session ?? 1 + ((await this.sessions())[0] ?? 0);
  }

  /** The numbers of all sessions, newest first. */
  async sessions(): Promise<number[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(emptyIfMissing);
    return entries
      .filter((entry) => entry.isFile())
      .flatMap(({ name }) => /^([1-9]\d{0,8})\.jsonl$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  }

  /** Writes a cell of this session. One write of one line: whatever ends the kernel, no earlier line is harmed. */
  async append({ line, code }: PastCell): Promise<void> {
    const text = `${JSON.stringify([line, code])}\n`;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > mostBytesOfSession) return;
    this.#session ??= await this.#begin();
    await appendFile(this.#file(this.#session), text);
  }

  /** The cells of a session, newest first; lines that are none are left out. */
  async *newestFirst(session: number): AsyncGenerator<PastCell> {
    // A character is written as six at most, beside the number of the cell.
    const lines = linesFromEnd(this.#file(session), 6 * this.#longest + 100);
    try {
      for await (const text of lines) {
        const cell = cellIn(text);
        if (cell) yield cell;
      }
    } catch (error) {
      emptyIfMissing(error);
    }
  }

  /** Removes the oldest sessions, so that what is left is within the bounds, and each that is too large by itself. */
  async tidy(): Promise<void> {
    let [kept, bytes] = [0, 0];
    for (const session of await this.sessions()) {
      const file = this.#file(session);
      const size = (await stat(file).catch(emptyIfMissing)).size ?? 0;
      const isOver = kept >= mostSessions || bytes + size > mostBytes || size > mostBytesOfSession;
      if (isOver && session !== this.#session) await rm(file, { force: true });
      else {
        kept++;
        bytes += size;
      }
    }
  }

  /** Takes the next free number, also when several kernels begin at once. */
  async #begin(): Promise<number> {
    await mkdir(this.#folder, { recursive: true });
    for (let session = await this.session(); ; session++) {
      try {
        await writeFile(this.#file(session), "", { flag: "wx" });
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

/** A folder or file that another kernel has removed, or that nobody has made, is empty. */
function emptyIfMissing(error: unknown): never[] & { size?: number } {
  if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
  throw error;
}

/** The cell that a line holds; undefined for what another program, or a full disk, has left there. */
function cellIn(text: string): PastCell | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [line, code] = value as unknown[];
  return typeof line === "number" && typeof code === "string" ? { line, code } : undefined;
}
