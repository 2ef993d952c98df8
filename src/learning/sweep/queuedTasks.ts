import { silentController, slurmCommand } from "./slurmCommand";

/** A task of an array as Slurm sees it. */
export type QueuedTask = { readonly state: string; readonly reason: string };

/** Ended for good, whatever became of the task. */
const ENDED =
  /^(BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|REVOKED|TIMEOUT)/;

/** Whether a task will still do something by itself. */
export function isUnderWay({ state }: QueuedTask): boolean {
  return !ENDED.test(state);
}

/** Whether a task waits until somebody lets it begin: held by its owner, by an administrator, or by Slurm after a failed launch. */
export function isHeld(task: QueuedTask): boolean {
  return isUnderWay(task) && /held/i.test(task.reason);
}

/** The key of a task: an array's id is its own name for good, a task's id may be the array's. */
export function taskKey(array: string, task: number): string {
  return `${array}_${task}`;
}

/**
 * The tasks of some arrays, by `taskKey`: from the queue, and for those that it has forgotten from the accounting, where
 * there is one. A task of which neither knows has ended, or was cancelled before it began: only its files tell.
 * @returns a text that says why, where Slurm cannot be asked
 */
export async function queuedTasks(
  arrays: readonly string[],
): Promise<ReadonlyMap<string, QueuedTask> | string> {
  if (arrays.length === 0) return new Map();
  const silent = await silentController();
  if (silent !== undefined) return silent;
  const tasks = new Map<string, QueuedTask>();
  for (let from = 0; from < arrays.length; from += AT_ONCE) {
    const some = arrays.slice(from, from + AT_ONCE);
    for (const [key, task] of await accounted(some)) tasks.set(key, task);
    const { code, out, err } = await slurmCommand("squeue", [
      "-h",
      "-r",
      "-t",
      "all",
      "-j",
      some.join(","),
      "-o",
      "%F|%K|%T|%r",
    ]);
    // Of ids that are all forgotten, squeue says that they are invalid.
    if (code !== 0 && !/Invalid job id/i.test(err)) return `squeue failed: ${err.trim() || `code ${code}`}.`;
    for (const line of out.split("\n")) {
      const [array, task, state, reason] = line.split("|");
      if (/^\d+$/.test(task ?? "")) tasks.set(taskKey(array, Number(task)), { state, reason });
    }
  }
  return tasks;
}

/** Ids that one question may hold. */
const AT_ONCE = 200;

/** What the accounting knows; nothing where there is none. */
async function accounted(arrays: readonly string[]): Promise<readonly (readonly [string, QueuedTask])[]> {
  const { code, out } = await slurmCommand("sacct", [
    "-n",
    "-X",
    "-P",
    "-j",
    arrays.join(","),
    "-o",
    "JobID,State",
  ]);
  if (code !== 0) return [];
  return out.split("\n").flatMap((line) => {
    const [, array, task, state] = /^(\d+)_(\d+)\|(\S+)/.exec(line) ?? [];
    return array === undefined ? [] : [[taskKey(array, Number(task)), { state, reason: "" }] as const];
  });
}
