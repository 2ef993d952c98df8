import { path } from "../../common/platform";

/** Where the files of sweeps lie: results are shared by all sweeps of a folder, the rest belongs to one of them. */
export type SweepFolders = {
  /** One HASH.json for each finished run, and the folders below. */
  readonly results: string;
  /** Checkpoints of runs that are under way, and backbones. */
  readonly checkpoints: string;
  /** Who carries out what: beside the checkpoints, which nobody else may write meanwhile. */
  readonly leases: string;
  /** One HASH.json for each run that failed. */
  readonly failures: string;
  /** What is known of results that were read, made again when it is missing. */
  readonly index: string;
  /** The sweep's own: its plan, its request to stop, what was submitted, what was said. */
  readonly own: string;
};

/** The folders of the sweep of a name. */
export function sweepFolders(
  name: string,
  { results, checkpoints = path.join(results, "checkpoints") }: { results: string; checkpoints?: string },
): SweepFolders {
  const whole = path.resolve(results);
  return {
    results: whole,
    checkpoints: path.resolve(checkpoints),
    leases: path.join(path.resolve(checkpoints), "leases"),
    failures: path.join(whole, "failures"),
    index: path.join(whole, "index.jsonl"),
    own: path.join(whole, "sweeps", name),
  };
}
