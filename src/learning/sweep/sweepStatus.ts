import fs from "node:fs/promises";
import path from "node:path";
import { unlessMissing } from "../../common/unlessMissing";
import { type Holder, leasesIn, type Progress } from "./lease";
import { type ResultIndex, resultNames, type UnfitResult } from "./resultIndex";
import { type RunFailure, readFailure } from "./runFailure";
import { submissionsOf } from "./submission";
import type { SweepFolders } from "./sweepFolders";
import type { SweepPlan } from "./sweepPlan";

/** Where a sweep stands: counts of hashes, each of which is counted once. */
export type SweepStatus = {
  readonly runs: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  /** Of a sweep on Slurm the waiting runs that were in no submission, as where its file was extended since. */
  readonly unsubmitted: number;
  readonly backbones: {
    readonly all: number;
    readonly done: number;
    readonly failed: number;
    readonly running: number;
  };
  /** By part: runs and how many of them are done. */
  readonly parts: ReadonlyMap<
    string,
    { readonly runs: number; readonly done: number; readonly failed: number }
  >;
  readonly holders: readonly (Holder & { readonly hash: string; readonly progress?: Progress })[];
  /** The first failures; `failed` counts all. */
  readonly failures: readonly RunFailure[];
  /** Results by name that nobody has looked into yet, and those that cannot be used. */
  readonly unread: number;
  readonly unfit: readonly UnfitResult[];
  /** Files beside the results that belong to nobody. */
  readonly others: readonly string[];
  /** Seconds of the results that were looked into, and how many these are. */
  readonly seconds: number;
  readonly measured: number;
};

export type StatusOptions = {
  /** Milliseconds for looking into new results. */
  readonly patience?: number;
  /** How many failures are read. */
  readonly failures?: number;
  readonly leaseSeconds?: number;
};

/**
 * Where a sweep stands, by what lies in its folders and nothing else: results by their names, then failures, then
 * leases. New results are looked into as long as `patience` allows.
 */
export async function sweepStatus(
  plan: SweepPlan,
  folders: SweepFolders,
  index: ResultIndex,
  { patience = 500, failures: most = 10, leaseSeconds }: StatusOptions = {},
): Promise<SweepStatus> {
  const { hashes, others } = await resultNames(folders.results);
  const failed = await failedHashes(folders.failures);
  const leases = await leasesIn(folders.leases, leaseSeconds);
  const submissions = await submissionsOf(folders);
  const submitted = new Set(submissions.flatMap(({ packs }) => packs.flat()));
  const unfit: UnfitResult[] = [];
  const until = Date.now() + patience;
  const seen = new Set<string>();
  const parts = new Map<string, { runs: number; done: number; failed: number }>();
  const counts = { done: 0, failed: 0, running: 0, unsubmitted: 0, unread: 0, seconds: 0, measured: 0 };
  const failures: string[] = [];
  for (const { hash, part } of plan.runs) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    const own = parts.get(part) ?? { runs: 0, done: 0, failed: 0 };
    parts.set(part, own);
    own.runs++;
    let there = hashes.has(hash);
    if (there && !index.entry(hash)) {
      const fault = Date.now() < until ? await index.read(folders.results, hash) : "unread";
      if (fault === "unread") counts.unread++;
      else if (fault) {
        unfit.push(fault);
        there = false;
      }
    }
    if (there) {
      counts.done++;
      own.done++;
      const entry = index.entry(hash);
      if (entry) counts.measured++;
      counts.seconds += entry?.seconds ?? 0;
    } else if (leases.has(hash)) counts.running++;
    else if (failed.has(hash)) {
      counts.failed++;
      own.failed++;
      failures.push(hash);
    } else if (submissions.length > 0 && !submitted.has(`run ${hash}`)) counts.unsubmitted++;
  }
  const made = await backboneNames(folders.checkpoints, plan.backbones.length);
  const backbones = { all: plan.backbones.length, done: 0, failed: 0, running: 0 };
  for (const { hash } of plan.backbones) {
    if (made.has(hash)) backbones.done++;
    else if (leases.has(hash)) backbones.running++;
    else if (failed.has(hash)) {
      backbones.failed++;
      failures.unshift(hash);
    }
  }
  const told = await Promise.all(failures.slice(0, most).map((hash) => readFailure(folders.failures, hash)));
  const ownHashes = new Set(plan.backbones.map(({ hash }) => hash));
  return {
    ...counts,
    runs: seen.size,
    waiting: seen.size - counts.done - counts.failed - counts.running,
    backbones,
    parts,
    holders: [...leases].flatMap(([hash, holder]) =>
      seen.has(hash) || ownHashes.has(hash) ? [{ hash, ...holder }] : [],
    ),
    failures: told.flatMap((failure) => failure ?? []),
    unfit,
    others,
  };
}

/** The hashes of noted failures, by the names of their files. */
export async function failedHashes(folder: string): Promise<ReadonlySet<string>> {
  return (await resultNames(folder)).hashes;
}

async function backboneNames(folder: string, wanted: number): Promise<ReadonlySet<string>> {
  if (wanted === 0) return new Set();
  const names = await fs.readdir(folder).catch(unlessMissing([]));
  return new Set(names.map((name) => path.basename(name, ".backbone")));
}
