import path from "node:path";
import { isThere } from "../../common/isThere";
import { shown } from "../../common/shown";
import { PhaseError } from "../experiment/phaseError";
import { type RunOptions, runExperiment } from "../experiment/runExperiment";
import type { Job } from "./job";
import { type Holder, LEASE_SECONDS, Lease, leasesIn, type Progress } from "./lease";
import { forgetFailure, type RunFailure, readFailure, writeFailure } from "./runFailure";
import type { SweepFolders } from "./sweepFolders";

/** How a job came out. */
export type JobOutcome =
  /** Its result is there; `existed` if it was before. */
  | { readonly state: "done"; readonly existed: boolean; readonly seconds: number }
  /** Another process is at it. */
  | { readonly state: "busy"; readonly holder: Holder }
  /** The signal stopped it; a checkpoint is left. */
  | { readonly state: "stopped" }
  /** `full` where nothing more can be written: then nothing else will succeed either. */
  | { readonly state: "failed"; readonly failure: RunFailure; readonly full: boolean };

export type CarryOutOptions = Pick<
  RunOptions,
  "kmnistFolder" | "modules" | "known" | "signal" | "onEpoch"
> & {
  readonly folders: SweepFolders;
  /** A holder elsewhere is taken for dead after so many seconds without a sign. */
  readonly leaseSeconds?: number;
  readonly about?: string;
};

/** Signs a lease gets while it lasts. */
const SIGNS = 10;

/** Carries out a run or makes a backbone, under a lease, once; what goes wrong is noted with its reason. */
export async function carryOut(job: Job, options: CarryOutOptions): Promise<JobOutcome> {
  const { folders, leaseSeconds, about } = options;
  const lease = await Lease.take(folders.leases, job.hash, { seconds: leaseSeconds, about });
  if (!(lease instanceof Lease)) return { state: "busy", holder: lease };
  const stop = new AbortController();
  const end = () => stop.abort();
  if (options.signal?.aborted) end();
  options.signal?.addEventListener("abort", end, { once: true });
  let progress: Progress | undefined;
  let lost = false;
  let unsigned: unknown;
  const sign = setInterval(
    () => {
      lease.renew(progress).then(
        (held) => {
          lost ||= !held;
          if (lost) stop.abort();
        },
        (error) => {
          unsigned = error;
          stop.abort();
        },
      );
    },
    Math.max(50, (1000 * (leaseSeconds ?? LEASE_SECONDS)) / SIGNS),
  );
  try {
    const failed = await failedBackbone(job, folders);
    if (failed) return await noted(failed);
    const { result, existed, file } = await runExperiment(job.configuration, {
      results: folders.results,
      checkpoints: folders.checkpoints,
      backbones: job.kind === "backbone" ? "only" : "none",
      ...pick(options),
      signal: stop.signal,
      onEpoch: (record) => {
        progress = { phase: record.phase + 1, epoch: record.epoch, at: new Date().toISOString() };
        options.onEpoch?.(record);
      },
    });
    const there = result !== undefined || (job.kind === "backbone" && (await isThere(file)));
    if (!there && unsigned !== undefined) throw unsigned;
    if (!there) return lost ? await taken() : { state: "stopped" };
    await forgetFailure(folders.failures, job.hash);
    return { state: "done", existed, seconds: result?.seconds ?? 0 };
  } catch (error) {
    return await noted({ reason: reasonOf(error) }, error);
  } finally {
    clearInterval(sign);
    options.signal?.removeEventListener("abort", end);
    await lease.release();
  }

  async function noted(
    { reason, startsFrom }: Pick<RunFailure, "reason" | "startsFrom">,
    error?: unknown,
  ): Promise<JobOutcome> {
    if (!isFull(error))
      return {
        state: "failed",
        failure: await writeFailure(folders.failures, job, { reason, startsFrom }),
        full: false,
      };
    // That there was no room is no fault of the run: it is told, and not noted, so that it is begun again.
    const { hash, name, configuration } = job;
    const told = `${reason} Free some space; what was written before is whole.`;
    const at = new Date().toISOString();
    const failure: RunFailure = { format: "run-failure/1", hash, ...name, reason: told, at, configuration };
    return { state: "failed", failure, full: true };
  }

  /** Another process took the lease, as this one had given no sign for too long. */
  async function taken(): Promise<JobOutcome> {
    const holder = (await leasesIn(folders.leases, leaseSeconds)).get(job.hash);
    return holder ? { state: "busy", holder } : { state: "stopped" };
  }
}

function pick({ kmnistFolder, modules, known }: CarryOutOptions): Partial<RunOptions> {
  return Object.fromEntries(
    Object.entries({ kmnistFolder, modules, known }).filter(([, value]) => value !== undefined),
  );
}

/** Why a job need not begin: its backbone failed, and would fail again. */
async function failedBackbone(
  { needs }: Job,
  { failures, checkpoints }: SweepFolders,
): Promise<Pick<RunFailure, "reason" | "startsFrom"> | undefined> {
  if (needs === undefined || (await isThere(path.join(checkpoints, `${needs}.backbone`)))) return undefined;
  const failure = await readFailure(failures, needs);
  if (!failure) return undefined;
  const { series, label, hash, reason } = failure;
  return {
    reason: `it starts from the backbone of "${series}, ${label}", which failed: ${reason}`,
    startsFrom: { series, label, hash, reason },
  };
}

function reasonOf(error: unknown): string {
  if (isFull(error)) return `The disk is full (${(causeOf(error) as Error).message}).`;
  // The number of the phase stands in its message.
  return error instanceof Error ? error.message : `${shown(error)} was thrown, which is no error`;
}

function isFull(error: unknown): boolean {
  const { code } = (causeOf(error) ?? {}) as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}

function causeOf(error: unknown): unknown {
  return error instanceof PhaseError ? error.cause : error;
}
