import { createRequire } from "node:module";
import path from "node:path";
import { duration } from "../src/common/duration.cjs";
import { ROOT } from "./setup.mjs";
import { counted, failureText } from "./sweep-report.mjs";

/** The exit code of what Ctrl-C has stopped. */
export const INTERRUPTED = 130;
const require_ = createRequire(import.meta.url);
const built = (name) => require_(path.join(ROOT, "dist", "learning", "sweep", `${name}.js`));

/**
 * Carries out what is left of a sweep on this machine and tells how it goes; Ctrl-C and SIGTERM stop it.
 * @param {{ file: string, sweep: { name: string }, folders: object, epochs?: boolean, values: { kmnist?: string,
 *   workers?: number, part: string[] } }} input `epochs` where each epoch is to be told
 * @returns {Promise<number>} the exit code
 */
export async function carryOutHere({ file, sweep, folders, values, epochs = false }) {
  const { localSweep } = built("localSweep");
  const controller = new AbortController();
  const interrupt = () => {
    if (!controller.signal.aborted) console.log("Stopping: what is under way ends with a checkpoint …");
    controller.abort();
  };
  const began = performance.now();
  let [total, ended] = [0, 0];
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, interrupt);
  try {
    const result = await localSweep(file, {
      folders,
      kmnistFolder: values.kmnist,
      workers: values.workers,
      leaseSeconds: values["lease-seconds"],
      signal: controller.signal,
      parts: values.part,
      onPlan({ open, done, failed, unfit, workers, threads }) {
        total = open.length;
        for (const { reason } of unfit) console.error(`✗ ${reason}`);
        const before = [
          ...(done ? [`${done.toLocaleString("en")} done before`] : []),
          ...(failed
            ? [`${failed.toLocaleString("en")} failed before (retry --failed tries them again)`]
            : []),
        ];
        console.log(
          `${sweep.name}: ${counted(total, "job")} to do by ${workers} ${workers === 1 ? "process" : "processes"} of ` +
            `${counted(threads, "thread")}${before.length ? `; ${before.join(", ")}` : ""}.`,
        );
      },
      onEvent({ kind, job, ...event }) {
        const name = `${job.kind === "backbone" ? "backbone of " : ""}${job.name.part}: ${job.name.series}, ${job.name.label}`;
        if (kind === "crash") console.error(`✗ ${name}: ${event.reason}`);
        if (kind === "epoch" && epochs)
          console.log(`  ${name}: phase ${event.phase + 1} epoch ${event.epoch}, ${duration(event.seconds)}`);
        if (kind !== "outcome" || event.outcome.state === "busy" || event.outcome.state === "stopped") return;
        ended++;
        const seconds = (performance.now() - began) / 1000;
        const left = ended < total ? `, about ${duration((seconds / ended) * (total - ended))} left` : "";
        if (event.outcome.state === "done") console.log(`[${ended}/${total}] ${name}${left}`);
        else console.error(`✗ [${ended}/${total}] ${failureText(event.outcome.failure)}`);
      },
    });
    return report(result);
  } finally {
    for (const name of ["SIGINT", "SIGTERM"]) process.off(name, interrupt);
  }
}

/** Forgets what is noted of a sweep's failures, so that they are begun again; returns how many there were. */
export async function forgetFailures({ file, folders }) {
  const { sweepPlan } = built("sweepPlan");
  const { forgetFailure } = built("runFailure");
  const { failedHashes } = built("sweepStatus");
  const { runs, backbones } = await sweepPlan(file, folders.own);
  const noted = await failedHashes(folders.failures);
  const own = new Set([...runs, ...backbones].map(({ hash }) => hash).filter((hash) => noted.has(hash)));
  for (const hash of own) await forgetFailure(folders.failures, hash);
  return own.size;
}

/** Tells how a sweep ended; returns the exit code. */
export function report({ failed, left, full, spent, stopped }) {
  if (full)
    console.error("✗ The disk is full: free some space, then resume. What was written before is whole.");
  else if (spent) console.log(`The budget's hours are spent; ${counted(left, "job")} left.`);
  else if (stopped) console.log(`Stopped; ${counted(left, "job")} left. The same command goes on from here.`);
  // Where the disk was full, what failed of it is not noted, and begins again by itself.
  if (failed && !full)
    console.error(`✗ ${counted(failed, "job")} failed: status says why, retry --failed tries them again.`);
  if (stopped && !full) return INTERRUPTED;
  return failed || full ? 1 : 0;
}
