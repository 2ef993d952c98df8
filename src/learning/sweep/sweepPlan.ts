import { files, fs, packageManifest, path, sha256, writeWhole } from "../../common/platform";
import { moduleSum } from "../experiment/ownModule";
import { expandSweep } from "./expandSweep";
import { type Job, jobsOf } from "./job";
import { readSweep, type Settings, type Sweep } from "./sweep";
import type { SweepRun } from "./sweepRun";

/** A job of a plan without its configuration, which is long. */
export type PlannedJob = Pick<Job, "kind" | "hash" | "needs">;

/** A run of a plan; several can be of one hash. */
export type PlannedRow = {
  readonly hash: string;
  readonly part: string;
  readonly series: string;
  readonly label: string;
  readonly scope?: string;
  readonly varied: Settings;
};

/** What a sweep file plans, without its configurations. */
export type SweepPlan = {
  readonly sweep: Sweep;
  /** The folder of the file, where the paths of its modules begin. */
  readonly folder: string;
  readonly runs: readonly PlannedRow[];
  readonly backbones: readonly PlannedJob[];
  /** By the hash of a run, that of the backbone which it needs. */
  readonly needs: ReadonlyMap<string, string>;
  /** `planSum` of it. */
  readonly sum: string;
};

/** @throws Error naming the file if it cannot be read or is no JSON, RangeError by the path of a fault in it. */
export async function readSweepFile(file: string): Promise<Sweep> {
  const text = await files.readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The sweep file ${file} cannot be read (${error.code}).`, { cause: error });
  });
  let json: unknown;
  try {
    // Some editors write a mark of the byte order before the text.
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Error(`The sweep file ${file} is no JSON: ${(error as Error).message}.`, { cause: error });
  }
  return readSweep(json);
}

/** A sweep file with its runs, and its jobs with their configurations. */
export type SweepJobs = {
  readonly sweep: Sweep;
  readonly runs: readonly SweepRun[];
  readonly jobs: readonly Job[];
};

export async function sweepJobs(file: string): Promise<SweepJobs> {
  const sweep = await readSweepFile(file);
  const runs = await expandSweep(sweep, path.dirname(file));
  return { sweep, runs, jobs: jobsOf(runs) };
}

/**
 * The plan of a sweep file. It is kept in `own`, and made again when the file, one of its modules or the package has
 * changed: a hundred thousand runs take seconds to plan, and a tenth of one to read.
 */
export async function sweepPlan(file: string, own: string): Promise<SweepPlan> {
  const sweep = await readSweepFile(file);
  const folder = path.dirname(path.resolve(file));
  const sum = await planSum(sweep, folder);
  const kept = path.join(own, "plan.tsv");
  const lines = (await linesOf(kept, sum)) ?? (await planned(sweep, folder, kept, sum));
  const runs: PlannedRow[] = [];
  const backbones: PlannedJob[] = [];
  const needs = new Map<string, string>();
  for (const line of lines) {
    const [kind, hash, need, part, series, label, scope, varied] = line.split("\t");
    if (kind === "backbone") backbones.push({ kind, hash, ...(need && { needs: need }) });
    else {
      const text = (json: string) => JSON.parse(json);
      runs.push({
        ...{ hash, part, series: text(series), label: text(label) },
        ...(scope && { scope: text(scope) }),
        varied: text(varied),
      });
      if (need) needs.set(hash, need);
    }
  }
  return { sweep, folder, runs, backbones, needs, sum };
}

const FORMAT = "sweep-plan/1";

async function planned(sweep: Sweep, folder: string, file: string, sum: string): Promise<readonly string[]> {
  const runs = await expandSweep(sweep, folder);
  const jobs = jobsOf(runs);
  const needs = new Map(jobs.filter(({ kind }) => kind === "run").map((job) => [job.hash, job.needs ?? ""]));
  const lines = [
    ...jobs.filter(({ kind }) => kind === "backbone").map((job) => ["backbone", job.hash, job.needs ?? ""]),
    ...runs.map(({ hash, part, series, label, scope, varied }) => [
      ...["run", hash, needs.get(hash) ?? "", part, JSON.stringify(series), JSON.stringify(label)],
      ...[scope === undefined ? "" : JSON.stringify(scope), JSON.stringify(varied)],
    ]),
  ].map((fields) => fields.join("\t"));
  const body = `${lines.join("\n")}\n`;
  await writeWhole(file, `${FORMAT} ${sum} ${body.length}\n`, body);
  return lines;
}

/** The lines of a kept plan; undefined if there is none, or it is of something else. */
async function linesOf(file: string, sum: string): Promise<readonly string[] | undefined> {
  const text = await wholeText(file);
  if (text === undefined) return undefined;
  const head = text.slice(0, text.indexOf("\n"));
  const body = text.slice(head.length + 1);
  return head === `${FORMAT} ${sum} ${body.length}` ? body.trimEnd().split("\n") : undefined;
}

async function wholeText(file: string): Promise<string | undefined> {
  let text = "";
  try {
    for await (const chunk of fs.createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 }))
      text += chunk;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return text;
}

/** The checksum of what a plan depends on: the sweep, its modules, and the package that reads them. */
export async function planSum(sweep: Sweep, folder: string): Promise<string> {
  const text = JSON.stringify(sweep);
  const hash = sha256().update(`${packageManifest().version}\n${text}`);
  const named = new Set(
    [...text.matchAll(/"(?:[\w.-]+\.)?file":(\[[^\]]*\]|"(?:[^"\\]|\\.)*")/g)].flatMap(([, json]) =>
      [JSON.parse(json)].flat(),
    ),
  );
  for (const module of named) hash.update(await moduleSum(path.resolve(folder, String(module))));
  return hash.digest("hex");
}
