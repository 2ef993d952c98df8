import fs from "node:fs/promises";
import path from "node:path";
import { isThere } from "../../common/isThere";
import { writeWhole } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import type { Job } from "./job";
import type { Resources } from "./sweep";
import type { SweepFolders } from "./sweepFolders";

/** An array of a submission: its tasks are the packs `first` … `first` + `count` − 1. */
export type SubmittedArray = {
  /** The name of the Slurm job, by which it is found where the submitter died before it wrote the id down. */
  readonly name: string;
  readonly first: number;
  readonly count: number;
  /** Arrays of this submission, by their places, after whose end it begins. */
  readonly after: readonly number[];
  /** Slurm's id; absent until sbatch has answered. */
  readonly id?: string;
};

/** What was submitted at once; the packs lie beside it, one file each. */
export type Submission = {
  readonly format: "sweep-submission/1";
  readonly token: string;
  readonly at: string;
  readonly folders: SweepFolders;
  readonly modules: string;
  readonly kmnistFolder?: string;
  readonly leaseSeconds?: number;
  readonly name: string;
  readonly resources: Required<Resources>;
  /** Further options of sbatch, such as a partition. */
  readonly options: readonly string[];
  readonly arrays: readonly SubmittedArray[];
  /** The hashes of each pack, with what kind of job they are: "run HASH". */
  readonly packs: readonly (readonly string[])[];
};

/** What a task carries out, and the backbones that it may have to make itself. */
export type TaskFile = { readonly jobs: readonly Job[]; readonly backbones: readonly Job[] };

const FILE = "submission.json";

/** The folder of all submissions of a sweep. */
export function submissionsFolder({ own }: SweepFolders): string {
  return path.join(own, "submissions");
}

export async function writeSubmission(submission: Submission): Promise<void> {
  const file = path.join(submissionsFolder(submission.folders), submission.token, FILE);
  await writeWhole(file, `${JSON.stringify(submission)}\n`);
}

/** Whether anything of a sweep was ever submitted. */
export function wasSubmitted(folders: SweepFolders): Promise<boolean> {
  return isThere(submissionsFolder(folders));
}

/** The submissions of a sweep, oldest first. A folder without its file was left by a submitter that died before sbatch. */
export async function submissionsOf(folders: SweepFolders): Promise<readonly Submission[]> {
  const folder = submissionsFolder(folders);
  const names = await fs.readdir(folder).catch(unlessMissing([]));
  const found: Submission[] = [];
  for (const name of names.sort()) {
    const text = await fs
      .readFile(path.join(folder, name, FILE), "utf8")
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
        throw error;
      });
    if (text !== undefined) found.push(JSON.parse(text));
  }
  return found;
}

/** Reads the submission in a folder. */
export async function readSubmission(folder: string): Promise<Submission> {
  return JSON.parse(await fs.readFile(path.join(folder, FILE), "utf8"));
}

export async function writeTask(folder: string, number: number, task: TaskFile): Promise<void> {
  await fs.writeFile(taskPath(folder, number), JSON.stringify(task));
}

export async function readTask(folder: string, number: number): Promise<TaskFile> {
  return JSON.parse(await fs.readFile(taskPath(folder, number), "utf8"));
}

function taskPath(folder: string, number: number): string {
  return path.join(folder, `task-${number}.json`);
}
