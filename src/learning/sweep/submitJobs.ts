import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { compiledFile } from "../../common/platform";
import type { Job } from "./job";
import { packJobs, type Wave } from "./packJobs";
import { cluster, slurmCommand } from "./slurmCommand";
import {
  type Submission,
  type SubmittedArray,
  submissionsFolder,
  writeSubmission,
  writeTask,
} from "./submission";
import type { Resources } from "./sweep";
import type { SweepFolders } from "./sweepFolders";

export type SubmitOptions = {
  readonly folders: SweepFolders;
  readonly name: string;
  readonly modules: string;
  readonly kmnistFolder?: string;
  readonly leaseSeconds?: number;
  readonly resources: Required<Resources>;
  readonly options: readonly string[];
  readonly secondsOf: (job: Job) => number | undefined;
  /** All jobs of the sweep: a task makes a backbone itself that nobody else has made. */
  readonly all: readonly Job[];
};

/**
 * Writes down what is to be carried out, then submits it as arrays, none larger than the cluster allows. What is written
 * before sbatch is asked is enough to find its answer again.
 * @throws Error where Slurm does not answer or refuses; what was submitted until then is written down.
 */
export async function submitJobs(jobs: readonly Job[], options: SubmitOptions): Promise<Submission> {
  const { maxArraySize } = await cluster();
  const { folders, resources, secondsOf, all, ...rest } = options;
  const waves = packJobs(jobs, { minutes: resources.pack, secondsOf });
  const packs = waves.flatMap((wave) => wave.packs);
  const token = `${new Date().toISOString().replaceAll(/[-:.]/g, "")}-${randomBytes(3).toString("hex")}`;
  const folder = path.join(submissionsFolder(folders), token);
  await fs.mkdir(folder, { recursive: true });
  const backbones = new Map(all.filter(({ kind }) => kind === "backbone").map((job) => [job.hash, job]));
  for (const [number, pack] of packs.entries())
    await writeTask(folder, number, { jobs: pack, backbones: neededBy(pack, backbones) });
  const submission: Submission = {
    format: "sweep-submission/1",
    ...{ token, at: new Date().toISOString(), folders, resources },
    ...rest,
    arrays: arraysOf(waves, token, maxArraySize),
    packs: packs.map((pack) => pack.map(({ kind, hash }) => `${kind} ${hash}`)),
  };
  await writeSubmission(submission);
  return submitArrays(submission);
}

/** Submits the arrays of a submission that have no id yet, in order. @throws Error where sbatch refuses. */
export async function submitArrays(given: Submission): Promise<Submission> {
  let submission = given;
  const folder = path.join(submissionsFolder(given.folders), given.token);
  // Where the folder of its output is missing, Slurm lets a task fail without a word.
  await fs.mkdir(path.join(given.folders.own, "log"), { recursive: true });
  for (const [place, array] of submission.arrays.entries()) {
    if (array.id !== undefined) continue;
    const dependencies = array.after.flatMap((other) => submission.arrays[other].id ?? []);
    const { code, out, err } = await slurmCommand("sbatch", sbatchOptions(submission, array, dependencies), {
      input: scriptOf(folder, submission.resources.threads, submission.resources.gigabytes, array.first),
    });
    if (code !== 0) {
      throw new Error(
        `sbatch refused ${array.name} (${err.trim().split("\n").at(-1) ?? `code ${code}`}): what was submitted before runs; ` +
          "resume submits the rest.",
      );
    }
    const id = out.trim().split(";")[0];
    const arrays = submission.arrays.map((one, i) => (i === place ? { ...one, id } : one));
    submission = { ...submission, arrays };
    await writeSubmission(submission);
  }
  return submission;
}

/** Seconds before the time limit in which a run writes its checkpoint and asks to be queued again. */
function graceOf(minutes: number): number {
  return Math.round(Math.max(5, Math.min(120, 60 * minutes * 0.2)));
}

function sbatchOptions(
  { folders, resources, options }: Submission,
  { name, count }: SubmittedArray,
  dependencies: readonly string[],
): readonly string[] {
  const { threads, gigabytes, minutes } = resources;
  const limit = Math.ceil(minutes);
  return [
    "--parsable",
    `--job-name=${name}`,
    `--array=0-${count - 1}`,
    `--output=${path.join(folders.own, "log", "%A_%a.txt")}`,
    // A task that is queued again would otherwise erase what it said.
    "--open-mode=append",
    "--requeue",
    `--chdir=${folders.own}`,
    "--ntasks=1",
    `--cpus-per-task=${threads}`,
    // Without it a job may get a whole node.
    `--mem=${Math.ceil(1024 * gigabytes)}M`,
    `--time=${limit}`,
    `--signal=B:USR2@${graceOf(limit)}`,
    // The truth is in the files: what follows begins however the backbones ended.
    ...(dependencies.length
      ? [`--dependency=afterany:${dependencies.join(":")}`, "--kill-on-invalid-dep=yes"]
      : []),
    ...options,
  ];
}

/** What Slurm runs: this program, with nothing of the submitter's surroundings but its environment. */
function scriptOf(folder: string, threads: number, gigabytes: number, first: number): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    "#!/bin/bash",
    `export INTRINSIC_PARAMS_THREADS=${threads}`,
    `export INTRINSIC_PARAMS_MEMORY=${gigabytes}`,
    `exec ${quoted(process.execPath)} ${quoted(compiledFile("learning/sweep/slurmTask.js"))} ${quoted(folder)} ${first}`,
    "",
  ].join("\n");
}

function arraysOf(waves: readonly Wave[], token: string, maxArraySize: number): readonly SubmittedArray[] {
  const arrays: SubmittedArray[] = [];
  /** The arrays in which a backbone is made. */
  const makers = new Map<string, number>();
  let first = 0;
  for (const { after, packs } of waves) {
    const before = [...new Set(after.flatMap((hash) => makers.get(hash) ?? []))];
    for (let from = 0; from < packs.length; from += maxArraySize) {
      const some = packs.slice(from, from + maxArraySize);
      for (const { kind, hash } of some.flat()) if (kind === "backbone") makers.set(hash, arrays.length);
      arrays.push({ name: `sweep-${token}-${arrays.length}`, first, count: some.length, after: before });
      first += some.length;
    }
  }
  return arrays;
}

/** The backbones that some jobs need, each after those that it needs itself. */
function neededBy(jobs: readonly Job[], backbones: ReadonlyMap<string, Job>): readonly Job[] {
  const found = new Map<string, Job>();
  const add = (hash: string | undefined) => {
    const job = hash === undefined ? undefined : backbones.get(hash);
    if (!job || found.has(job.hash)) return;
    add(job.needs);
    found.set(job.hash, job);
  };
  for (const { needs } of jobs) add(needs);
  return [...found.values()];
}
