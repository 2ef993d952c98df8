import fs from "node:fs";
import path from "node:path";
import { type ExperimentResult, expandSweep, runExperiment } from "../../src/learning";
import { checksumOf } from "../../src/learning/experiment/checksumOf";
import { readSweepFile } from "../../src/learning/sweep/sweepPlan";

/**
 * Results of all runs of a sweep, of which only the first was trained: the others are its numbers under their own names,
 * with checksums that fit. For tests of how many results are handled, not of what is in them.
 */
export async function standInResults(file: string, results: string): Promise<number> {
  const runs = await expandSweep(await readSweepFile(file), path.dirname(file));
  const [first] = runs;
  const folders = { results, checkpoints: path.join(results, "checkpoints"), modules: path.dirname(file) };
  const { result } = await runExperiment(first.configuration, { ...folders, backbones: "none" });
  fs.mkdirSync(results, { recursive: true });
  for (const { hash, configuration } of runs) {
    const own = { ...(result as ExperimentResult), hash, configuration };
    const text = `${JSON.stringify({ ...own, checksum: checksumOf(own) }, null, 1)}\n`;
    fs.writeFileSync(path.join(results, `${hash}.json`), text);
  }
  return runs.length;
}
