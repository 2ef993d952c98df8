import { statfsSync } from "node:fs";
import fs from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { machineMemory } from "../../common/platform";
import type { Configuration } from "../experiment/configuration";
import { dataFolder } from "../experiment/storedResult";
import { Costs, resultBytes } from "./estimate";
import { openJobs } from "./openJobs";
import { poolSize } from "./poolSize";
import { ResultIndex, resultNames } from "./resultIndex";
import type { ResultRow } from "./resultRow";
import { resourcesOf, type Sweep } from "./sweep";
import type { SweepFolders } from "./sweepFolders";
import { sweepJobs, sweepPlan } from "./sweepPlan";

/** What a sweep file plans, for people. */
export type PlanDescription = {
  readonly name: string;
  readonly about?: string;
  readonly parts: readonly {
    readonly name: string;
    readonly about: string;
    readonly runs: number;
    readonly done: number;
    /** Of what is left and known, about. */
    readonly seconds: number;
    /** How many of those that are left take nobody knows how long. */
    readonly unknown: number;
  }[];
  readonly backbones: {
    readonly all: number;
    readonly left: number;
    readonly seconds: number;
    readonly unknown: number;
  };
  readonly workers: number;
  readonly threads: number;
  /** What is left takes so much disk, about. */
  readonly bytes: number;
  /** Where the results were computed from which the times are. */
  readonly machines: string;
};

/** Plans a sweep without beginning it: counts, times by the results that there are, disk. */
export async function describePlan(
  file: string,
  folders: SweepFolders,
  { workers }: { workers?: number } = {},
): Promise<PlanDescription> {
  const { sweep, jobs } = await sweepJobs(file);
  const plan = await sweepPlan(file, folders.own);
  const index = await ResultIndex.open(folders.index);
  const { open } = await openJobs(jobs, folders, index);
  const known = await knownRows(folders, index);
  const costs = new Costs(known);
  const left = new Map(open.map((job) => [`${job.kind} ${job.hash}`, job]));
  const phases = new Map(
    jobs.filter(({ kind }) => kind === "backbone").map((job) => [job.hash, job.configuration.phases.length]),
  );
  const secondsOf = (key: string) => {
    const job = left.get(key);
    return job && costs.secondsOf(job.configuration, job.needs === undefined ? 0 : phases.get(job.needs));
  };
  const counted = new Set<string>();
  const parts = sweep.parts.map(({ name, about = "" }) => {
    const own = { name, about, runs: 0, done: 0, seconds: 0, unknown: 0 };
    for (const { part, hash } of plan.runs) {
      if (part !== name || counted.has(hash)) continue;
      counted.add(hash);
      own.runs++;
      if (!left.has(`run ${hash}`)) own.done++;
      else add(own, secondsOf(`run ${hash}`));
    }
    return own;
  });
  const backbones = { all: plan.backbones.length, left: 0, seconds: 0, unknown: 0 };
  let bytes = 0;
  for (const job of open) {
    if (job.kind === "backbone") {
      backbones.left++;
      add(backbones, secondsOf(`backbone ${job.hash}`));
      bytes += modelBytes(job.configuration);
    } else bytes += resultBytes(job.configuration);
  }
  const resources = resourcesOf(sweep);
  const processes =
    workers ?? poolSize({ cores: availableParallelism(), memory: machineMemory(), ...resources });
  const first = open.find(({ kind }) => kind === "run");
  // Weights, those at the beginning, two moments: while a run is under way.
  if (first) bytes += 4 * processes * modelBytes(first.configuration);
  const machines = [
    ...new Set(
      known.map(
        ({ processor, threads }) => `${processor} by ${threads === 1 ? "one thread" : `${threads} threads`}`,
      ),
    ),
  ]
    .slice(0, 3)
    .join("; ");
  return {
    name: sweep.name,
    ...(sweep.about && { about: sweep.about }),
    ...{ parts, backbones, bytes, workers: processes, threads: resources.threads, machines },
  };
}

/** Why a plan may not begin: more runs or disk than its budget, or than there is. */
export function budgetFault(
  { budget = {} }: Pick<Sweep, "budget">,
  { parts, bytes }: Pick<PlanDescription, "parts" | "bytes">,
): string | undefined {
  const runs = parts.reduce((sum, part) => sum + part.runs, 0);
  if (budget.runs !== undefined && runs > budget.runs)
    return `The sweep plans ${runs} runs, and its budget allows ${budget.runs}: plan fewer, or raise budget.runs.`;
  if (budget.gigabytes !== undefined && bytes > budget.gigabytes * 1e9)
    return (
      `The sweep takes about ${(bytes / 1e9).toFixed(2)} GB of disk, and its budget allows ${budget.gigabytes}: plan less, ` +
      "or raise budget.gigabytes."
    );
  return undefined;
}

/** Why a plan cannot end where its results go: too little disk is free. */
export function diskFault(
  folders: SweepFolders,
  { bytes }: Pick<PlanDescription, "bytes">,
): string | undefined {
  const free = freeBytes(folders);
  if (bytes <= free) return undefined;
  const [needed, there] = [bytes, free].map((some) => (some / 1e9).toFixed(2));
  return `The sweep takes about ${needed} GB of disk, and ${there} are free: free some space, or give another folder by --results.`;
}

/** Bytes that may still be written where the results go. */
function freeBytes({ results }: SweepFolders): number {
  let folder = results;
  for (;;) {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      folder = path.dirname(folder);
    }
  }
}

function add(own: { seconds: number; unknown: number }, seconds: number | undefined): void {
  if (seconds === undefined) own.unknown++;
  else own.seconds += seconds;
}

/** Rows of results from here, and of those that come with the package where there are none. */
async function knownRows(folders: SweepFolders, index: ResultIndex): Promise<readonly ResultRow[]> {
  const here = await rowsIn(folders.results, index);
  if (here.length > 0) return here;
  const stored = dataFolder("results");
  const packaged = await ResultIndex.open(path.join(folders.own, "packaged.jsonl"));
  for (const hash of (await resultNames(stored)).hashes)
    if (!(await packaged.isCurrent(stored, hash))) await packaged.read(stored, hash);
  await fs.mkdir(folders.own, { recursive: true });
  await packaged.save();
  return rowsIn(stored, packaged);
}

/** More rows say nothing new about times. */
const ENOUGH = 2000;

async function rowsIn(folder: string, index: ResultIndex): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = [];
  for (const hash of (await resultNames(folder)).hashes) {
    const row = index.row(hash);
    if (row) rows.push(row);
    if (rows.length === ENOUGH) break;
  }
  return rows;
}

/** Bytes of the weights of the package's models; one's own are taken for small. */
function modelBytes({ model: { name, width = 1 } }: Configuration): number {
  const WHOLE: Readonly<Record<string, number>> = { "paper-cnn": 8.9e6, lenet: 0.25e6, mlp: 0.8e6 };
  return (WHOLE[name] ?? 0.1e6) * width ** 2;
}
