import { fs, needsNode, packageFolder, path } from "../../common/platform";
import type { ExperimentResult } from "../experiment/experimentResult";
import type { RunCertificate } from "../experiment/runCertificate";
import { storedResult } from "../experiment/storedResult";
import { expandPlain } from "./expandSweep";
import { readSweep } from "./sweep";
import type { SweepRun } from "./sweepRun";

/** A planned run with its result and what that proves. */
export type CertifiedRun = Pick<SweepRun, "part" | "series" | "label" | "configuration"> & {
  readonly result: ExperimentResult;
  readonly certificate: RunCertificate;
  /** Numbers that were trained and sent. */
  readonly trained: number;
};

/**
 * The finished runs of sweeps/few-numbers.json, or of one part of it, in its order: what few numbers buy.
 * @throws Error outside of a checkout, which has that file.
 */
export async function certifiedRuns(part?: string, folder?: string): Promise<readonly CertifiedRun[]> {
  needsNode("certifiedRuns", "fetch the results of the runs");
  const file = path.join(packageFolder, "sweeps", "few-numbers.json");
  const planned = expandPlain(readSweep(JSON.parse(fs.readFileSync(file, "utf8"))));
  const found: CertifiedRun[] = [];
  for (const { part: own, series, label, configuration } of planned) {
    if (part !== undefined && own !== part) continue;
    const result = await storedResult(configuration, folder);
    if (!result?.certificate) continue;
    const { trained } = result.phases[result.phases.length - 1];
    found.push({ part: own, series, label, configuration, result, certificate: result.certificate, trained });
  }
  return found;
}
