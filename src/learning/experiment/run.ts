/** `node dist/learning/experiment/run.js configuration.json [--results folder] [--checkpoints folder] [--kmnist folder]` */

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { duration } from "../../common/duration.cjs";
import type { Configuration } from "./configuration";
import { runExperiment } from "./runExperiment";

const INTERRUPTED = 130;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { results: { type: "string" }, checkpoints: { type: "string" }, kmnist: { type: "string" } },
  });
  if (positionals.length !== 1) throw new Error("Expected one file with a configuration.");
  const configuration: Configuration = JSON.parse(await readFile(positionals[0], "utf8"));
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  const { file, result, existed } = await runExperiment(configuration, {
    results: values.results,
    checkpoints: values.checkpoints,
    kmnistFolder: values.kmnist,
    signal: controller.signal,
    onEpoch: ({ phase, epoch, loss, testAccuracy, seconds }) => {
      const left = epochsAfter(configuration, phase, epoch);
      console.error(
        `phase ${phase + 1} epoch ${epoch}: loss ${loss.toFixed(4)}, test accuracy ${testAccuracy?.toFixed(4)}, ` +
          `${seconds.toFixed(1)} s${left > 0 ? `, about ${duration(left * seconds)} left` : ""}`,
      );
    },
  });
  if (!result) {
    console.error("Interrupted; the next run with this configuration goes on after the last epoch.");
    return INTERRUPTED;
  }
  if (existed) console.error("This run is finished already.");
  console.log(file);
  return 0;
}

/** How many epochs are left in this phase, after `epoch`, and in the later ones. */
function epochsAfter({ phases }: Configuration, phase: number, epoch: number): number {
  return phases.slice(phase).reduce((sum, { epochs }) => sum + epochs, -epoch);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
