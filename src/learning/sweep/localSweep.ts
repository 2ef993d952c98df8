import path from "node:path";
import { budgetFault } from "./budgetFault";
import { jobBytes } from "./estimate";
import { jobsOfParts, runsIn } from "./job";
import { notePool, poolFile } from "./notePool";
import { type OpenJobs, openJobs } from "./openJobs";
import { type PoolEvent, type PoolResult, runPool } from "./pool";
import { poolSizeHere } from "./poolSize";
import { forgetStop, watchStop } from "./requestStop";
import { ResultIndex } from "./resultIndex";
import { resourcesOf } from "./sweep";
import type { SweepFolders } from "./sweepFolders";
import { planSum, type SweepJobs, sweepJobs } from "./sweepPlan";

export type LocalOptions = {
  readonly folders: SweepFolders;
  readonly kmnistFolder?: string;
  /** Processes at once; by cores and memory if absent. */
  readonly workers?: number;
  readonly leaseSeconds?: number;
  readonly signal?: AbortSignal;
  /** Only runs of these parts; all if empty. */
  readonly parts?: readonly string[];
  /** Told once what there is to do, and by how many processes. */
  readonly onPlan?: (found: OpenJobs & { readonly workers: number; readonly threads: number }) => void;
  readonly onEvent?: (event: PoolEvent) => void;
};

/** How a sweep on this machine ended. */
export type LocalResult = PoolResult & {
  /** Whether runs are left because the budget's hours were spent. */
  readonly spent: boolean;
  readonly stopped: boolean;
};

const HOUR = 3600;

/**
 * Carries out what is left of a sweep in a pool of processes on this machine, until all is done, a signal or the file
 * "stop" in the sweep's own folder stops it, or its budget is spent. What failed before is left alone.
 * @throws Error where this machine carries out the sweep already, or the budget allows fewer runs or less disk.
 */
export async function localSweep(file: string, options: LocalOptions): Promise<LocalResult> {
  const { folders, parts = [] } = options;
  const { sweep, jobs: all } = await sweepJobs(file);
  const jobs = jobsOfParts(all, parts);
  const noted = await notePool(folders.own, await planSum(sweep, path.dirname(path.resolve(file))));
  if (typeof noted !== "function")
    throw new Error(
      `Process ${noted.pid} on ${noted.host} carries out this sweep: watch it, or stop it first. If there is no such ` +
        `process any more, delete ${poolFile(folders.own)}.`,
    );
  try {
    return await inPool(file, { sweep, jobs }, options);
  } finally {
    await noted();
  }
}

async function inPool(
  file: string,
  { sweep, jobs }: Pick<SweepJobs, "sweep" | "jobs">,
  options: LocalOptions,
): Promise<LocalResult> {
  const { folders } = options;
  const { hours = Number.POSITIVE_INFINITY } = sweep.budget ?? {};
  const index = await ResultIndex.open(folders.index);
  const found = await openJobs(jobs, folders, index);
  const resources = resourcesOf(sweep);
  const workers = options.workers ?? poolSizeHere(resources);
  const fault = budgetFault(sweep, { runs: runsIn(jobs), bytes: jobBytes(found.open, workers) });
  if (fault) throw new RangeError(fault);
  options.onPlan?.({ ...found, workers, threads: resources.threads });
  await forgetStop(folders.own);
  const asked = watchStop(folders.own);
  const signal = AbortSignal.any([asked.signal, ...(options.signal ? [options.signal] : [])]);
  let seconds = jobs.reduce((sum, { hash }) => sum + (index.entry(hash)?.seconds ?? 0), 0);
  const within = () => seconds < hours * HOUR;
  let reading: Promise<unknown> = Promise.resolve();
  const saving = setInterval(() => {
    reading = reading.then(() => index.save());
  }, SAVE_MILLISECONDS);
  try {
    const result = await runPool(found.open, {
      ...resources,
      ...{ folders, workers, signal, modules: path.dirname(path.resolve(file)), mayBegin: within },
      ...{ kmnistFolder: options.kmnistFolder, leaseSeconds: options.leaseSeconds, about: sweep.name },
      onEvent: (event) => {
        if (event.kind === "outcome" && event.outcome.state === "done") {
          seconds += event.outcome.seconds;
          const { job } = event;
          if (job.kind === "run") reading = reading.then(() => index.read(folders.results, job.hash));
        }
        options.onEvent?.(event);
      },
    });
    return { ...result, spent: result.left > 0 && !within(), stopped: signal.aborted };
  } finally {
    clearInterval(saving);
    asked.end();
    await reading;
    await index.save();
  }
}

const SAVE_MILLISECONDS = 5000;
