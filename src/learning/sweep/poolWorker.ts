/** A process of a pool: carries out the jobs that it is sent, one after the other, until it is let go. */
import { shown } from "../../common/shown";
import { carryOut, type JobOutcome } from "./carryOut";
import type { Job } from "./job";
import type { SweepFolders } from "./sweepFolders";

/** What a worker is told once, and then for each job. */
export type ToWorker =
  | {
      readonly kind: "begin";
      readonly folders: SweepFolders;
      readonly modules: string;
      readonly kmnistFolder?: string;
      readonly leaseSeconds?: number;
      readonly about: string;
    }
  | { readonly kind: "job"; readonly job: Job }
  | { readonly kind: "stop" };

/** What a worker tells: how far its job is, how it came out, and the memory that it takes. */
export type FromWorker =
  | { readonly kind: "epoch"; readonly phase: number; readonly epoch: number; readonly seconds: number }
  | { readonly kind: "outcome"; readonly outcome: JobOutcome; readonly bytes: number }
  | { readonly kind: "memory"; readonly bytes: number }
  /** An error that nobody awaits, of a module of one's own: what runs cannot be told to be right any more. */
  | { readonly kind: "fault"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

const MEMORY_MILLISECONDS = 1000;

function main(): void {
  const controller = new AbortController();
  let begun: Extract<ToWorker, { kind: "begin" }> | undefined;
  const known = new Map();
  let work: Promise<void> = Promise.resolve();
  const tell = (message: FromWorker) => {
    if (process.connected) process.send?.(message);
  };
  const stop = () => controller.abort();
  process.on("uncaughtException", (error: unknown) => {
    const reason = error instanceof Error ? error.message : shown(error);
    const end = () => process.exit(1);
    if (!process.connected) end();
    process.send?.({ kind: "fault", reason } satisfies FromWorker, end);
  });
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, stop);
  // The pool is gone: what is under way ends with a checkpoint, and so does this process.
  process.on("disconnect", () => {
    stop();
    void work.finally(() => process.exit(0));
  });
  setInterval(() => tell({ kind: "memory", bytes: process.memoryUsage.rss() }), MEMORY_MILLISECONDS).unref();
  process.on("message", (message: ToWorker) => {
    if (message.kind === "begin") begun = message;
    else if (message.kind === "stop") stop();
    else work = work.then(() => one(message.job));
  });

  async function one(job: Job): Promise<void> {
    if (!begun) throw new Error("A worker got a job before it was told where the files are.");
    try {
      const outcome = await carryOut(job, {
        ...begun,
        known,
        signal: controller.signal,
        onEpoch: ({ phase, epoch, seconds }) => tell({ kind: "epoch", phase, epoch, seconds }),
      });
      tell({ kind: "outcome", outcome, bytes: process.memoryUsage.rss() });
    } catch (error) {
      tell({
        kind: "broken",
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
}

main();
