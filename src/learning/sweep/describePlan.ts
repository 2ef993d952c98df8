import { statfsSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../common/makeFolder.cjs";
import { dataFolder } from "../experiment/storedResult";
import { Costs, jobBytes } from "./estimate";
import { jobsOfParts } from "./job";
import { openJobs } from "./openJobs";
import { poolSizeHere } from "./poolSize";
import { ResultIndex, resultNames } from "./resultIndex";
import type { ResultRow } from "./resultRow";
import { resourcesOf } from "./sweep";
import type { SweepFolders } from "./sweepFolders";
import { sweepJobs } from "./sweepPlan";

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

/** Plans a sweep, or parts of it, without beginning it: counts, times by the results that there are, disk. */
export async function describePlan(
  file: string,
  folders: SweepFolders,
  { workers, parts: chosen = [] }: { workers?: number; parts?: readonly string[] } = {},
): Promise<PlanDescription> {
  const { sweep, runs, jobs: all } = await sweepJobs(file);
  const jobs = jobsOfParts(all, chosen);
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
  const wanted = sweep.parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const parts = wanted.map(({ name, about = "" }) => {
    const own = { name, about, runs: 0, done: 0, seconds: 0, unknown: 0 };
    for (const { part, hash } of runs) {
      if (part !== name || counted.has(hash)) continue;
      counted.add(hash);
      own.runs++;
      if (!left.has(`run ${hash}`)) own.done++;
      else add(own, secondsOf(`run ${hash}`));
    }
    return own;
  });
  const backbones = { all: phases.size, left: 0, seconds: 0, unknown: 0 };
  for (const { kind, hash } of open) {
    if (kind !== "backbone") continue;
    backbones.left++;
    add(backbones, secondsOf(`backbone ${hash}`));
  }
  const resources = resourcesOf(sweep);
  const processes = workers ?? poolSizeHere(resources);
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
    ...{ parts, backbones, bytes: jobBytes(open, processes), workers: processes },
    ...{ threads: resources.threads, machines },
  };
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
  makeFolder(folders.own);
  await packaged.update(stored, (await resultNames(stored)).hashes);
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
