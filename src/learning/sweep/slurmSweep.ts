import path from "node:path";
import { budgetFault } from "./budgetFault";
import { Costs, jobBytes } from "./estimate";
import { type Job, jobsOfParts, runsIn } from "./job";
import { openJobs } from "./openJobs";
import { poolSizeHere } from "./poolSize";
import { isHeld, isUnderWay, type QueuedTask, queuedTasks, taskKey } from "./queuedTasks";
import { forgetStop } from "./requestStop";
import { ResultIndex } from "./resultIndex";
import type { ResultRow } from "./resultRow";
import { writeFailure } from "./runFailure";
import { slurmCommand } from "./slurmCommand";
import { type Submission, submissionsOf, writeSubmission } from "./submission";
import { submitArrays, submitJobs } from "./submitJobs";
import { resourcesOf } from "./sweep";
import type { SweepFolders } from "./sweepFolders";
import { sweepJobs } from "./sweepPlan";

export type SlurmOptions = {
  readonly folders: SweepFolders;
  readonly kmnistFolder?: string;
  readonly leaseSeconds?: number;
  readonly parts?: readonly string[];
  /** Further options of sbatch; those of the last submission if absent. */
  readonly options?: readonly string[];
};

/** What was done for a sweep on Slurm. */
export type SlurmResult = {
  /** Jobs that were given to Slurm now, in how many tasks and arrays. */
  readonly submitted: number;
  readonly tasks: number;
  readonly arrays: number;
  /** Jobs of tasks that wait or run. */
  readonly underWay: number;
  /** Tasks that wait until somebody releases them. */
  readonly held: number;
  /** Jobs that were given up, as their tasks ended again and again without a result. */
  readonly givenUp: number;
};

/**
 * Gives to Slurm what is neither done nor failed nor in the queue: all of a sweep at first; later what was cancelled, what
 * got lost, and what a submitter that died did not submit. Results and failures in the folders are the truth; the queue is
 * asked only for what has neither.
 * @throws Error where Slurm does not answer: then nobody knows what is under way, and nothing is submitted.
 */
export async function slurmSweep(file: string, options: SlurmOptions): Promise<SlurmResult> {
  const { folders, parts = [] } = options;
  const { sweep, jobs: all } = await sweepJobs(file);
  const jobs = jobsOfParts(all, parts);
  const index = await ResultIndex.open(folders.index);
  const before = await withIds(await submissionsOf(folders));
  const tasks = await tasksOf(before);
  const { open } = await openJobs(jobs, folders, index);
  const resources = resourcesOf(sweep);
  // Nobody knows how many will run at once.
  const bytes = jobBytes(open, poolSizeHere(resources));
  const fault = budgetFault(sweep, { runs: runsIn(jobs), bytes });
  if (fault) throw new RangeError(fault);
  const covered = new Set<string>();
  const ended = new Map<string, string[]>();
  for (const { key, pack } of packsOf(before)) {
    const task = tasks.get(key);
    for (const job of pack) {
      if (task && isUnderWay(task)) covered.add(job);
      else ended.set(job, [...(ended.get(job) ?? []), task?.state ?? "forgotten"]);
    }
  }
  const wanted: Job[] = [];
  let givenUp = 0;
  for (const job of open) {
    const key = `${job.kind} ${job.hash}`;
    if (covered.has(key)) continue;
    const counted = (ended.get(key) ?? []).filter(
      (state) => !/^(CANCELLED|NODE_FAIL|PREEMPTED|TIMEOUT|REQUEUED)/.test(state),
    );
    if (counted.length < resources.attempts) wanted.push(job);
    else {
      const reason =
        `its task on Slurm ended ${counted.length} times without a result (${counted.at(-1)}): see the last files in ` +
        `${path.join(folders.own, "log")}`;
      await writeFailure(folders.failures, job, { reason });
      givenUp++;
    }
  }
  await forgetStop(folders.own);
  const held = [...tasks.values()].filter(isHeld).length;
  const left = { underWay: open.length - wanted.length - givenUp, held, givenUp };
  if (wanted.length === 0) return { submitted: 0, tasks: 0, arrays: 0, ...left };
  const costs = new Costs(rowsOf(index, all));
  const phases = new Map(
    all.filter(({ kind }) => kind === "backbone").map((job) => [job.hash, job.configuration.phases.length]),
  );
  const submission = await submitJobs(wanted, {
    ...{ folders, resources, all, name: sweep.name, modules: path.dirname(path.resolve(file)) },
    ...{ kmnistFolder: options.kmnistFolder, leaseSeconds: options.leaseSeconds },
    options: options.options ?? before.at(-1)?.options ?? [],
    secondsOf: ({ configuration, needs }) =>
      costs.secondsOf(configuration, needs === undefined ? 0 : (phases.get(needs) ?? 0)),
  });
  return {
    submitted: wanted.length,
    tasks: submission.packs.length,
    arrays: submission.arrays.length,
    ...left,
  };
}

/** How many tasks of a sweep wait and run, and why they wait; undefined if it was never given to Slurm. */
export async function slurmState(folders: SweepFolders): Promise<string | undefined> {
  const submissions = await submissionsOf(folders);
  if (submissions.length === 0) return undefined;
  const tasks = await queuedTasks(idsOf(submissions));
  if (typeof tasks === "string") return tasks;
  const alive = [...tasks.values()].filter(isUnderWay);
  const running = alive.filter(({ state }) => state !== "PENDING").length;
  const reasons = new Map<string, number>();
  for (const { state, reason } of alive)
    if (state === "PENDING") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const waiting = [...reasons].map(([reason, count]) => `${count} for ${reason}`).join(", ");
  if (alive.length === 0) return "Slurm: no task of it is in the queue; resume --slurm submits what is left.";
  const held = alive.filter(isHeld).length;
  return (
    `Slurm: ${running} running, ${alive.length - running} waiting${waiting ? ` (${waiting})` : ""}.` +
    (held ? ` ${heldText(held)}` : "")
  );
}

/** What to do about held tasks. */
export function heldText(held: number): string {
  return `${held === 1 ? "1 task is" : `${held} tasks are`} held: npm run sweep -- release FILE lets them begin.`;
}

/** Lets the held tasks of a sweep begin; how many there were. @throws Error where Slurm refuses it, as for those that an administrator holds. */
export async function releaseSweep(folders: SweepFolders): Promise<number> {
  const tasks = await tasksOf(await withIds(await submissionsOf(folders)));
  const keys = [...tasks].flatMap(([key, task]) => (isHeld(task) ? [key] : []));
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const { code, err } = await slurmCommand("scontrol", [
      "release",
      keys.slice(from, from + AT_ONCE).join(","),
    ]);
    if (code !== 0) throw new Error(`scontrol release failed: ${err.trim()}.`);
  }
  return keys.length;
}

/** Tasks that one command names. */
const AT_ONCE = 200;

/** Cancels all tasks of a sweep; those that run end with a checkpoint. Whether there were any. */
export async function cancelSweep(folders: SweepFolders): Promise<boolean> {
  const submissions = await withIds(await submissionsOf(folders));
  const ids = idsOf(submissions);
  if (ids.length === 0) return false;
  const tasks = await queuedTasks(ids);
  if (typeof tasks === "string") throw new Error(tasks);
  if (![...tasks.values()].some(isUnderWay)) return false;
  // First those that wait, which vanish: each of them that a signal reaches holds scancel up for a minute.
  await cancel(["--state=PENDING", ...ids]);
  const left = await queuedTasks(ids);
  if (typeof left === "string") throw new Error(left);
  // Those that run are told by the file "stop", and by SIGTERM: SIGKILL comes half a minute later.
  const running = [...left].flatMap(([key, { state }]) => (state === "RUNNING" ? [key] : []));
  for (let from = 0; from < running.length; from += AT_ONCE)
    await cancel(["--batch", "--signal=TERM", ...running.slice(from, from + AT_ONCE)]);
  return true;
}

/** Asks scancel; what has ended meanwhile is as good as cancelled. @throws Error with its words where it refuses. */
async function cancel(options: readonly string[]): Promise<void> {
  const { code, err } = await slurmCommand("scancel", options);
  const refused = (err.trim() || `code ${code}`)
    .split("\n")
    .filter((line) => !/already completing or completed|Invalid job id/i.test(line));
  if (code !== 0 && refused.length > 0) throw new Error(`scancel failed: ${refused.join("; ")}.`);
}

/** Submissions with the ids of all their arrays: a submitter that died may not have written them down, or not got to them. */
async function withIds(submissions: readonly Submission[]): Promise<readonly Submission[]> {
  return Promise.all(
    submissions.map(async (submission) => {
      if (submission.arrays.every(({ id }) => id !== undefined)) return submission;
      const arrays = await Promise.all(
        submission.arrays.map(async (array) => {
          if (array.id !== undefined) return array;
          const id = await idOf(array.name);
          return id === undefined ? array : { ...array, id };
        }),
      );
      const found = { ...submission, arrays };
      await writeSubmission(found);
      return submitArrays(found);
    }),
  );
}

/** The id of a job by its name, in the queue or the accounting. */
async function idOf(name: string): Promise<string | undefined> {
  const queued = await slurmCommand("squeue", ["-h", "-t", "all", `--name=${name}`, "-o", "%F"]);
  if (queued.code !== 0) throw new Error(`squeue failed: ${queued.err.trim() || "is there a Slurm here?"}.`);
  const [id] = queued.out.trim().split("\n");
  if (id) return id;
  const accounted = await slurmCommand("sacct", ["-n", "-X", "-P", `--name=${name}`, "-o", "JobID"]);
  return accounted.code === 0 ? /^(\d+)/.exec(accounted.out)?.[1] : undefined;
}

async function tasksOf(submissions: readonly Submission[]): Promise<ReadonlyMap<string, QueuedTask>> {
  const tasks = await queuedTasks(idsOf(submissions));
  if (typeof tasks === "string") throw new Error(tasks);
  return tasks;
}

function idsOf(submissions: readonly Submission[]): readonly string[] {
  return submissions.flatMap(({ arrays }) => arrays.flatMap(({ id }) => id ?? []));
}

/** Each task's key, and its jobs. */
function* packsOf(submissions: readonly Submission[]): Generator<{ key: string; pack: readonly string[] }> {
  for (const { arrays, packs } of submissions)
    for (const { id, first, count } of arrays)
      if (id !== undefined)
        for (let task = 0; task < count; task++) yield { key: taskKey(id, task), pack: packs[first + task] };
}

function* rowsOf(index: ResultIndex, jobs: readonly Job[]): Generator<ResultRow> {
  for (const { hash } of jobs) {
    const row = index.row(hash);
    if (row) yield row;
  }
}
