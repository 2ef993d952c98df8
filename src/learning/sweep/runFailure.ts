import { files, path, writeWhole } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import type { Configuration } from "../experiment/configuration";
import type { Job } from "./job";

/** Why a run or a backbone failed; kept until it succeeds or is to be tried again. */
export type RunFailure = {
  readonly format: "run-failure/1";
  readonly hash: string;
  readonly part: string;
  readonly series: string;
  readonly label: string;
  readonly reason: string;
  /** The failed backbone that it would start from. */
  readonly startsFrom?: {
    readonly series: string;
    readonly label: string;
    readonly hash: string;
    readonly reason: string;
  };
  readonly at: string;
  readonly configuration: Configuration;
};

/** Notes that a job failed. */
export async function writeFailure(
  folder: string,
  { hash, name, configuration }: Job,
  { reason, startsFrom }: Pick<RunFailure, "reason" | "startsFrom">,
): Promise<RunFailure> {
  const failure: RunFailure = {
    format: "run-failure/1",
    hash,
    ...name,
    reason,
    ...(startsFrom && { startsFrom }),
    at: new Date().toISOString(),
    configuration,
  };
  await writeWhole(fileOf(folder, hash), `${JSON.stringify(failure, null, 1)}\n`);
  return failure;
}

/** The failure of a hash; undefined where none is noted. @throws Error naming a file that cannot be read. */
export async function readFailure(folder: string, hash: string): Promise<RunFailure | undefined> {
  const file = fileOf(folder, hash);
  const text = await files.readFile(file, "utf8").catch(unlessMissing(undefined));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The note of a failure ${file} cannot be read (${(error as Error).message}): delete it.`);
  }
}

/** Forgets a failure. */
export async function forgetFailure(folder: string, hash: string): Promise<void> {
  await files.rm(fileOf(folder, hash), { force: true });
}

function fileOf(folder: string, hash: string): string {
  return path.join(folder, `${hash}.json`);
}
