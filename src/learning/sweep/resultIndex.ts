import { breathe, files, fs, path } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import { type ListedSums, sumsIn } from "../experiment/checksumOf";
import { resultIn } from "../experiment/storedResult";
import { type ResultRow, rowOf } from "./resultRow";

/** What the index knows of a result's file: its size and time when it was read, its seconds, and its row as JSON. */
export type IndexEntry = {
  readonly size: number;
  readonly modified: number;
  readonly seconds: number;
  readonly json: string;
};

/** A result's file that cannot be used, and why. */
export type UnfitResult = { readonly hash: string; readonly reason: string };

/**
 * What is known of the results of a folder without reading them again. The results are the truth: the index is made again
 * from them where it is missing or torn, and lines of several writers, also of killed ones, do not disturb each other.
 */
export class ResultIndex {
  readonly #entries: Map<string, IndexEntry>;
  readonly #fresh: string[] = [];

  private constructor(
    private readonly file: string,
    entries: Map<string, IndexEntry>,
  ) {
    this.#entries = entries;
  }

  static async open(file: string): Promise<ResultIndex> {
    return new ResultIndex(file, await entriesIn(file));
  }

  /** The entry of a hash, as its file was when it was read. */
  entry(hash: string): IndexEntry | undefined {
    return this.#entries.get(hash);
  }

  row(hash: string): ResultRow | undefined {
    const entry = this.#entries.get(hash);
    return entry && JSON.parse(entry.json);
  }

  /** Whether the file of a hash is, by its size and time, what the index knows. */
  isCurrent(folder: string, hash: string): boolean {
    const entry = this.#entries.get(hash);
    if (!entry) return false;
    // At once: to wait for a hundred thousand answers takes ten times as long as to get them.
    const found = fs.statSync(path.join(folder, `${hash}.json`), { throwIfNoEntry: false });
    return found !== undefined && found.size === entry.size && found.mtimeMs === entry.modified;
  }

  /**
   * Reads the results of some hashes that the index does not know as they are; those that cannot be used, with the reason.
   * Others have their turn meanwhile.
   */
  async update(folder: string, hashes: Iterable<string>): Promise<readonly UnfitResult[]> {
    const unfit: UnfitResult[] = [];
    const sums = await sumsIn(folder);
    let looked = 0;
    for (const hash of hashes) {
      if (++looked % FEW === 0) await breathe();
      const fault = this.isCurrent(folder, hash) ? undefined : this.#read(folder, hash, sums);
      if (fault) unfit.push(fault);
      // A first reading of many results is not done again when it is stopped, and is not all in memory twice.
      if (this.#fresh.length >= MANY) await this.save();
    }
    await this.save();
    return unfit;
  }

  /** Reads and checks a result's file, and keeps its row; why it cannot be used, if so. */
  async read(folder: string, hash: string): Promise<UnfitResult | undefined> {
    return this.#read(folder, hash, await sumsIn(folder));
  }

  #read(folder: string, hash: string, sums: ListedSums): UnfitResult | undefined {
    const file = path.join(folder, `${hash}.json`);
    try {
      const before = fs.statSync(file, { throwIfNoEntry: false });
      if (!before) throw new Error(`The result ${file} is gone.`);
      const result = resultIn(file, fs.readFileSync(file, "utf8"), sums);
      const entry = {
        size: before.size,
        modified: before.mtimeMs,
        seconds: result.seconds,
        json: JSON.stringify(rowOf(result)),
      };
      this.#entries.set(hash, entry);
      this.#fresh.push([hash, entry.size, entry.modified, entry.seconds, entry.json].join("\t"));
      return undefined;
    } catch (error) {
      return { hash, reason: (error as Error).message };
    }
  }

  /** Appends what was read since; the index is a help, so that a folder that cannot be written is no error. */
  async save(): Promise<void> {
    if (this.#fresh.length === 0) return;
    // An empty line first: half a line of a killed writer does not swallow the first of these.
    const text = `\n${this.#fresh.join("\n")}\n`;
    await files.appendFile(this.file, text).catch((error: NodeJS.ErrnoException) => {
      if (!/^(ENOSPC|EDQUOT|EACCES|EROFS)$/.test(error.code ?? "")) throw error;
    });
    this.#fresh.length = 0;
  }
}

/** Lines that are appended at once. */
const MANY = 1000;
/** Results after which others have their turn. */
const FEW = 100;

/** The hashes of the results in a folder, by the names of its files alone, and how many files are something else. */
export async function resultNames(
  folder: string,
): Promise<{ readonly hashes: ReadonlySet<string>; readonly others: readonly string[] }> {
  const names = await files.readdir(folder).catch(unlessMissing([]));
  const hashes = new Set<string>();
  const others: string[] = [];
  for (const name of names) {
    if (/^[0-9a-f]{16}\.json$/.test(name)) hashes.add(name.slice(0, 16));
    else if (!OWN.test(name)) others.push(name);
  }
  return { hashes, others };
}

/** What lies beside results on purpose. */
const OWN = /^(failures|checkpoints|sweeps|index\.jsonl|SHA256SUMS|summary\.md|.*\.png|.*\.part)$/;

async function entriesIn(file: string): Promise<Map<string, IndexEntry>> {
  const entries = new Map<string, IndexEntry>();
  let rest = "";
  try {
    for await (const chunk of fs.createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 })) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return entries;

  /** A line that is torn says nothing: its result is read again. */
  function take(line: string): void {
    const parts = line.split("\t");
    const [hash, size, modified, seconds, json] = parts;
    if (parts.length !== 5 || !/^[0-9a-f]{16}$/.test(hash) || !json.startsWith("{") || !json.endsWith("]]}"))
      return;
    entries.set(hash, { size: Number(size), modified: Number(modified), seconds: Number(seconds), json });
  }
}
