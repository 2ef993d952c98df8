import { needsNode } from "../../common/platform";
import { ResultIndex, resultNames, type UnfitResult } from "./resultIndex";
import type { ResultRow } from "./resultRow";
import { sweepFolders } from "./sweepFolders";
import { type PlannedRow, readSweepFile, sweepPlan } from "./sweepPlan";

/** A finished run of a sweep in one line: its names, the values that were varied, and what came out. */
export type SweepRow = Omit<PlannedRow, "varied"> &
  Omit<ResultRow, "costs"> & { readonly [varied: string]: unknown };

/** The finished runs of a sweep, and results that cannot be used. */
export type SweepRows = {
  readonly rows: readonly SweepRow[];
  readonly runs: number;
  readonly unfit: readonly UnfitResult[];
};

/**
 * The finished runs of a sweep file in the plan's order, from the results in a folder; each is read and checked unless the
 * index beside it knows it as it is. Varied values are columns under the last step of their paths, where that is unique.
 * @throws as `readSweep` does; results that cannot be used are told, not thrown.
 */
export async function sweepRows(file: string, results: string): Promise<SweepRows> {
  needsNode("sweepRows", "fetch the rows that collect wrote");
  const { rows, runs, unfit } = await finishedRuns(file, results);
  return { rows: [...rows], runs, unfit };
}

/** Finished runs whose rows are made when they are asked for: a hundred thousand of them at once are half a gigabyte. */
export type FinishedRuns = Omit<SweepRows, "rows"> & {
  readonly rows: Iterable<SweepRow>;
  /** How many rows there are. */
  readonly count: number;
  /** All keys that some row has, in the order in which they come first. */
  readonly keys: readonly string[];
};

/** What `sweepRows` tells, row by row. */
export async function finishedRuns(file: string, results: string): Promise<FinishedRuns> {
  const { name } = await readSweepFile(file);
  const folders = sweepFolders(name, { results });
  const plan = await sweepPlan(file, folders.own);
  const index = await ResultIndex.open(folders.index);
  const { hashes } = await resultNames(folders.results);
  const columns = columnsOf(plan.runs);
  const own = new Set(plan.runs.map(({ hash }) => hash));
  const current = new Set([...own].filter((hash) => hashes.has(hash)));
  const unfit = await index.update(folders.results, current);
  for (const { hash } of unfit) current.delete(hash);
  const finished = plan.runs.filter(({ hash }) => current.has(hash));
  /** Gives each key of a run's row with its value; a row is put together of three things, and by no copy of any of them. */
  const each = ({ varied, ...planned }: PlannedRow, give: (key: string, value: unknown) => void) => {
    for (const key in planned) give(key, planned[key as keyof typeof planned]);
    for (const at in varied) give(columns.get(at) ?? at, flat(varied[at]));
    const row = index.row(planned.hash) as ResultRow;
    for (const key in row) if (key !== "costs") give(key, row[key as keyof ResultRow]);
  };
  function* rows(): Generator<SweepRow> {
    for (const run of finished) {
      const row: Record<string, unknown> = {};
      each(run, (key, value) => {
        row[key] = value;
      });
      yield row as SweepRow;
    }
  }
  const keys = new Set<string>();
  for (const run of finished) each(run, (key) => void keys.add(key));
  return {
    rows: { [Symbol.iterator]: rows },
    ...{ count: finished.length, keys: [...keys] },
    ...{ runs: own.size, unfit },
  };
}

/** Names of columns that hold something else already. */
const TAKEN = new Set([
  "hash",
  "part",
  "series",
  "label",
  "scope",
  "trained",
  "total",
  "accuracy",
  "loss",
  "epochs",
  "seconds",
  "threads",
]);

/** The name of each varied path's column: its last step, unless that is taken or stands for two of them. */
function columnsOf(runs: readonly PlannedRow[]): ReadonlyMap<string, string> {
  const paths = [...new Set(runs.flatMap(({ varied }) => Object.keys(varied)))];
  const short = (at: string) => at.slice(at.lastIndexOf(".") + 1);
  const unique = (at: string) => paths.filter((other) => short(other) === short(at)).length === 1;
  return new Map(paths.map((at) => [at, unique(at) && !TAKEN.has(short(at)) ? short(at) : at]));
}

function flat(value: unknown): unknown {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
