import { type ChildProcess, fork } from "node:child_process";
import { compiledFile } from "../../common/platform";
import type { JobOutcome } from "./carryOut";
import type { Job } from "./job";
import { GIGABYTE } from "./poolSize";
import type { FromWorker, ToWorker } from "./poolWorker";
import { writeFailure } from "./runFailure";
import type { SweepFolders } from "./sweepFolders";

/** What a pool works with. */
export type PoolOptions = {
  readonly folders: SweepFolders;
  /** Where the paths of modules begin. */
  readonly modules: string;
  readonly kmnistFolder?: string;
  readonly workers: number;
  readonly threads: number;
  readonly gigabytes: number;
  readonly attempts: number;
  readonly leaseSeconds?: number;
  readonly about?: string;
  readonly signal?: AbortSignal;
  /** Asked before each job; where it says no, no further job begins. */
  readonly mayBegin?: () => boolean;
  readonly onEvent?: (event: PoolEvent) => void;
};

/** What happens in a pool. */
export type PoolEvent =
  | { readonly kind: "begin"; readonly job: Job }
  | {
      readonly kind: "epoch";
      readonly job: Job;
      readonly phase: number;
      readonly epoch: number;
      readonly seconds: number;
    }
  | { readonly kind: "outcome"; readonly job: Job; readonly outcome: JobOutcome }
  | { readonly kind: "crash"; readonly job: Job; readonly reason: string; readonly attempt: number };

/** How a pool ended: `full` where the disk had no room, `left` counts jobs that were not brought to an end. */
export type PoolResult = {
  readonly done: number;
  readonly failed: number;
  readonly left: number;
  readonly full: boolean;
};

type Worker = {
  readonly child: ChildProcess;
  job?: Job;
  bytes: number;
  /** Why the pool ends it. */
  ended?: string;
};

/** Jobs that another process is at are asked for again after this time. */
const ASK_AGAIN = 1000;
/** How long a worker may take to stop. */
const STOP_MILLISECONDS = 60_000;

/**
 * Carries out jobs in several processes, each of them one job after the other, in the given order but for what has to
 * wait. A job that fails is noted, and the rest goes on; a process that ends without a word is replaced, and its job
 * tried again; one that takes more memory than it may is ended. A signal stops all with a checkpoint.
 */
export async function runPool(jobs: readonly Job[], options: PoolOptions): Promise<PoolResult> {
  const { folders, signal, attempts, onEvent } = options;
  const waiting = [...jobs];
  const open = new Set(jobs.map(({ hash, kind }) => `${kind} ${hash}`));
  const tried = new Map<string, number>();
  const askAfter = new Map<Job, number>();
  const workers = new Set<Worker>();
  /** Processes that have ended at a job, which is not settled yet. */
  let unsettled = 0;
  const counts = { done: 0, failed: 0, left: 0, full: false };
  let broken: Error | undefined;
  let wake: () => void = () => {};
  const stopped = () => signal?.aborted === true || counts.full || broken !== undefined;
  const stop = () => {
    for (const worker of workers) tell(worker, { kind: "stop" });
    wake();
  };
  signal?.addEventListener("abort", stop, { once: true });
  const overdue = setInterval(() => wake(), ASK_AGAIN);
  try {
    for (;;) {
      while (!stopped() && hand(next())) {
        // Until nothing is left to begin, or nobody to begin it.
      }
      const busy = unsettled > 0 || [...workers].some(({ job }) => job);
      if (!busy && (stopped() || waiting.length === 0 || options.mayBegin?.() === false)) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    clearInterval(overdue);
    signal?.removeEventListener("abort", stop);
    await Promise.all([...workers].map(letGo));
  }
  if (broken) throw broken;
  return { ...counts, left: open.size };

  /** The next job that may begin: what it needs was brought to an end, and nobody else is at it. */
  function next(): Job | undefined {
    if (waiting.length === 0 || options.mayBegin?.() === false) return undefined;
    if (workers.size >= options.workers && ![...workers].some((one) => !one.job && !one.ended))
      return undefined;
    const now = Date.now();
    const index = waiting.findIndex(
      (job) => !(job.needs && open.has(`backbone ${job.needs}`)) && (askAfter.get(job) ?? 0) <= now,
    );
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  }

  function hand(job: Job | undefined): boolean {
    if (!job) return false;
    const worker = [...workers].find((one) => !one.job && !one.ended) ?? startWorker();
    worker.job = job;
    onEvent?.({ kind: "begin", job });
    tell(worker, { kind: "job", job });
    return true;
  }

  function startWorker(): Worker {
    const child = fork(compiledFile("learning/sweep/poolWorker.js"), [], {
      // Messages of TensorFlow are no output of ours.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      serialization: "advanced",
      env: {
        ...process.env,
        INTRINSIC_PARAMS_THREADS: String(options.threads),
        INTRINSIC_PARAMS_MEMORY: String(options.gigabytes),
      },
    });
    const worker: Worker = { child, bytes: 0 };
    workers.add(worker);
    child.on("message", (message: FromWorker) => hear(worker, message));
    child.on("error", (error) => {
      broken ??= error;
      stop();
    });
    child.on("exit", (code, by) => {
      workers.delete(worker);
      unsettled++;
      ended(worker, by ?? code ?? "nothing")
        .catch((error) => {
          broken ??= error;
        })
        .finally(() => {
          unsettled--;
          wake();
        });
    });
    const { modules, kmnistFolder, leaseSeconds, about = "" } = options;
    tell(worker, { kind: "begin", folders, modules, kmnistFolder, leaseSeconds, about });
    return worker;
  }

  function hear(worker: Worker, message: FromWorker): void {
    const { job } = worker;
    if (message.kind === "memory") watch(worker, message.bytes);
    else if (message.kind === "fault")
      worker.ended ??= `an error that its code awaits nowhere ended its process: ${message.reason}`;
    else if (message.kind === "broken") {
      broken ??= new Error(message.reason);
      stop();
    } else if (job && message.kind === "epoch") {
      const { phase, epoch, seconds } = message;
      onEvent?.({ kind: "epoch", job, phase, epoch, seconds });
    } else if (job && message.kind === "outcome") {
      worker.job = undefined;
      settle(job, message.outcome);
      // One that got a signal of its own stops all that it is given; and what a job leaves in memory is not kept.
      const spent = message.outcome.state === "stopped" || message.bytes > 0.8 * options.gigabytes * GIGABYTE;
      if (spent) void letGo(worker);
      wake();
    }
  }

  function settle(job: Job, outcome: JobOutcome): void {
    onEvent?.({ kind: "outcome", job, outcome });
    if (outcome.state === "busy") {
      askAfter.set(job, Date.now() + ASK_AGAIN);
      waiting.push(job);
      return;
    }
    if (outcome.state === "stopped") {
      waiting.unshift(job);
      return;
    }
    open.delete(`${job.kind} ${job.hash}`);
    if (outcome.state === "done") counts.done++;
    else counts.failed++;
    if (outcome.state === "failed" && outcome.full) {
      counts.full = true;
      stop();
    }
  }

  function watch(worker: Worker, bytes: number): void {
    worker.bytes = bytes;
    const most = options.gigabytes * GIGABYTE;
    if (!worker.job || worker.ended || bytes <= most) return;
    worker.ended =
      `its process took ${(bytes / GIGABYTE).toFixed(1)} GB of memory, and may take ${options.gigabytes}: raise ` +
      "resources.gigabytes in the sweep file, so that fewer run at once";
    worker.child.kill("SIGKILL");
  }

  /** A process has ended; if it was at a job, without a word. */
  async function ended({ job, ended: why }: Worker, how: string | number): Promise<void> {
    if (!job || stopped()) return;
    const key = `${job.kind} ${job.hash}`;
    const attempt = (tried.get(key) ?? 0) + 1;
    tried.set(key, attempt);
    const memory = typeof how === "string" ? ": the memory may have run out" : "";
    const reason = why ?? `its process ended with ${how}, without a word${memory}`;
    onEvent?.({ kind: "crash", job, reason, attempt });
    if (why === undefined && attempt < attempts) {
      waiting.unshift(job);
      return;
    }
    const times = attempt > 1 ? `${reason} (${attempt} times)` : reason;
    const failure = await writeFailure(folders.failures, job, { reason: times });
    settle(job, { state: "failed", failure, full: false });
  }

  async function letGo(worker: Worker): Promise<void> {
    const { child } = worker;
    worker.ended ??= "it is no longer needed";
    if (child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MILLISECONDS);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      if (child.connected) child.disconnect();
    });
  }

  function tell({ child }: Worker, message: ToWorker): void {
    // One that has just ended is replaced, and its job begun again.
    if (child.connected) child.send(message, () => {});
  }
}
