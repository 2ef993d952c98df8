import path from "node:path";
import { isThere } from "../../common/isThere";
import type { Job } from "./job";
import { type ResultIndex, resultNames, type UnfitResult } from "./resultIndex";
import type { SweepFolders } from "./sweepFolders";
import { failedHashes } from "./sweepStatus";

/** What is left to do of a sweep's jobs. */
export type OpenJobs = {
  /** Neither done nor noted as failed, and backbones only where such a run needs them. */
  readonly open: readonly Job[];
  readonly done: number;
  readonly failed: number;
  /** Files in the place of a result that cannot be used: their runs are neither done nor begun. */
  readonly unfit: readonly UnfitResult[];
};

/** Looks into every result that the index does not know, or that has changed since, and says what is left to do. */
export async function openJobs(
  jobs: readonly Job[],
  folders: SweepFolders,
  index: ResultIndex,
): Promise<OpenJobs> {
  const { hashes } = await resultNames(folders.results);
  const noted = await failedHashes(folders.failures);
  const all = jobs.filter(({ kind }) => kind === "run");
  const there = all.filter(({ hash }) => hashes.has(hash));
  const unfit = await index.update(
    folders.results,
    there.map(({ hash }) => hash),
  );
  const done = there.length - unfit.length;
  const left = all.filter(({ hash }) => !hashes.has(hash));
  const runs = left.filter(({ hash }) => !noted.has(hash));
  const failed = left.length - runs.length;
  const backbones = new Map(jobs.filter(({ kind }) => kind === "backbone").map((job) => [job.hash, job]));
  const missing = new Map<string, boolean>();
  for (const { needs } of runs)
    for (let next = needs; next !== undefined && !missing.has(next); ) {
      const lacks = !(await isThere(path.join(folders.checkpoints, `${next}.backbone`)));
      missing.set(next, lacks && !noted.has(next));
      // What an existing backbone was made from is no longer needed.
      next = lacks ? backbones.get(next)?.needs : undefined;
    }
  const first = jobs.filter(({ kind, hash }) => kind === "backbone" && missing.get(hash));
  return { open: [...first, ...runs], done, failed, unfit };
}
