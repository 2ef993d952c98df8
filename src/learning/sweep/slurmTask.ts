/** A task of a Slurm array: `node slurmTask.js FOLDER FIRST` carries out the pack of its number, one job after the other. */
import path from "node:path";
import { isThere } from "../../common/isThere";
import { type CarryOutOptions, carryOut, type JobOutcome } from "./carryOut";
import type { Job } from "./job";
import { watchStop } from "./requestStop";
import { slurmCommand } from "./slurmCommand";
import { readSubmission, readTask } from "./submission";

/** Others' jobs are looked at again after this time. */
const ASK_AGAIN = 2000;
/** sysexits.h: try again. What is left is submitted again by who follows. */
const TRY_AGAIN = 75;

async function main([folder, first]: readonly string[]): Promise<number> {
  const {
    SLURM_ARRAY_TASK_ID: number,
    SLURM_ARRAY_JOB_ID: array,
    SLURM_RESTART_COUNT: restarts = "0",
  } = process.env;
  if (folder === undefined || !/^\d+$/.test(first ?? "") || !/^\d+$/.test(number ?? ""))
    throw new Error("A task is started by Slurm, as part of an array: npm run sweep -- start FILE --slurm.");
  const submission = await readSubmission(folder);
  const { jobs, backbones } = await readTask(folder, Number(first) + Number(number));
  console.log(
    `${new Date().toISOString()} task ${array}_${number}, started ${Number(restarts) + 1} times: ${jobs.length} jobs`,
  );
  const controller = new AbortController();
  let timeIsUp = false;
  // Before the time limit; SIGUSR1 would start Node's debugger.
  process.on("SIGUSR2", () => {
    timeIsUp = true;
    controller.abort();
  });
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => controller.abort());
  const asked = watchStop(submission.folders.own, ASK_AGAIN);
  const signal = AbortSignal.any([controller.signal, asked.signal]);
  const { folders, modules, kmnistFolder, leaseSeconds } = submission;
  const options: CarryOutOptions = {
    ...{ folders, modules, kmnistFolder, leaseSeconds, signal, known: new Map() },
    about: `Slurm ${array}_${number}`,
    onEpoch: ({ phase, epoch, loss }) =>
      console.log(`${new Date().toISOString()} phase ${phase + 1} epoch ${epoch}: loss ${loss.toFixed(4)}`),
  };
  const failed = await carryOutAll(jobs, backbones, options);
  asked.end();
  if (timeIsUp && !asked.signal.aborted) return queueAgain(`${array}_${number}`);
  return failed ? 1 : 0;
}

/** Carries out all jobs; those that others are at when they are through. Whether one has failed. */
async function carryOutAll(
  jobs: readonly Job[],
  backbones: readonly Job[],
  options: CarryOutOptions,
): Promise<boolean> {
  const waiting = [...jobs];
  const made = new Map(backbones.map((job) => [job.hash, job]));
  let failed = false;
  let busy = 0;
  while (waiting.length > 0 && !options.signal?.aborted) {
    const job = waiting.shift() as Job;
    const outcome = await withBackbone(job, made, options);
    console.log(`${new Date().toISOString()} ${job.kind} ${job.hash} ${told(outcome)}`);
    if (outcome.state === "failed") {
      failed = true;
      if (outcome.full) return true;
    }
    if (outcome.state !== "busy") {
      busy = 0;
      continue;
    }
    waiting.push(job);
    // All that are left are others' by now.
    if (++busy >= waiting.length) await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
  }
  return failed;
}

/** Makes the backbones that a job needs, if nobody has, and carries it out. */
async function withBackbone(
  job: Job,
  made: ReadonlyMap<string, Job>,
  options: CarryOutOptions,
): Promise<JobOutcome> {
  const needed = job.needs === undefined ? undefined : made.get(job.needs);
  if (needed && !(await isThere(path.join(options.folders.checkpoints, `${needed.hash}.backbone`)))) {
    const noted = await isThere(path.join(options.folders.failures, `${needed.hash}.json`));
    const outcome = noted ? undefined : await withBackbone(needed, made, options);
    if (outcome?.state === "busy" || outcome?.state === "stopped") return outcome;
  }
  return carryOut(job, options);
}

function told(outcome: JobOutcome): string {
  switch (outcome.state) {
    case "done":
      return outcome.existed ? "was there" : "is done";
    case "busy":
      return `is carried out by process ${outcome.holder.pid} on ${outcome.holder.host}`;
    case "failed":
      return `failed: ${outcome.failure.reason}`;
    default:
      return "is stopped; a checkpoint is left";
  }
}

/** Asks Slurm to begin the task again, which ends this process; if that is refused, who follows submits it again. */
async function queueAgain(task: string): Promise<number> {
  const { code, err } = await slurmCommand("scontrol", ["requeue", task]);
  if (code !== 0) console.log(`The time is up, and Slurm does not queue the task again: ${err.trim()}`);
  else await new Promise((resolve) => setTimeout(resolve, 10_000));
  return TRY_AGAIN;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof Error ? error.stack : error);
    process.exit(1);
  },
);
