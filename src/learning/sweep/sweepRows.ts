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
  const { rows, ...rest } = await finishedRuns(file, results);
  return { rows: [...rows], ...rest };
}

/** As `sweepRows` tells, but each row is made when it is asked for: a hundred thousand of them at once are half a gigabyte. */
export async function finishedRuns(
  file: string,
  results: string,
): Promise<Omit<SweepRows, "rows"> & { readonly rows: Iterable<SweepRow> }> {
  const { name } = await readSweepFile(file);
  const folders = sweepFolders(name, { results });
  const plan = await sweepPlan(file, folders.own);
  const index = await ResultIndex.open(folders.index);
  const { hashes } = await resultNames(folders.results);
  const columns = columnsOf(plan.runs);
  const unfit: UnfitResult[] = [];
  const current = new Set<string>();
  const own = new Set(plan.runs.map(({ hash }) => hash));
  for (const hash of own) {
    if (!hashes.has(hash)) continue;
    const fault = (await index.isCurrent(folders.results, hash))
      ? undefined
      : await index.read(folders.results, hash);
    if (fault) unfit.push(fault);
    else current.add(hash);
  }
  await index.save();
  function* rows(): Generator<SweepRow> {
    for (const { varied, ...planned } of plan.runs) {
      if (!current.has(planned.hash)) continue;
      const { costs: _, ...row } = index.row(planned.hash) as ResultRow;
      const values = Object.entries(varied).map(([at, value]) => [columns.get(at) ?? at, flat(value)]);
      yield { ...planned, ...Object.fromEntries(values), ...row } as SweepRow;
    }
  }
  return { rows: { [Symbol.iterator]: rows }, runs: own.size, unfit };
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
