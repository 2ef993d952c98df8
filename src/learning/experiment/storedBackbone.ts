import type { LayersModel } from "@tensorflow/tfjs-node";
import { isThere } from "../../common/isThere";
import { needsNode, path } from "../../common/platform";
import { tensorflow } from "../tensorflow/tensorflow";
import { restoreWeights } from "../train/trainingState";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint";
import { type Configuration, completed, hashOf } from "./configuration";
import { modelOf } from "./modelOf";
import { readConfiguration } from "./readConfiguration";
import { ROUNDING, SENT } from "./roundingConfiguration";
import { dataFolder } from "./storedResult";

/**
 * The network that a run's last method starts from (in a run that rounds, that of the phase before), with weights from a
 * file; undefined where there is none.
 * The package's own are in data/backbones, those of runs on this machine in the cache folder's `checkpoints`.
 * @throws Error naming the file if it is damaged.
 */
export async function storedBackbone(
  configuration: Configuration,
  folder = dataFolder("backbones"),
  modules?: string,
): Promise<LayersModel | undefined> {
  needsNode("storedBackbone", "fetch the weights, and give them to restoreWeights");
  const run = completed(readConfiguration(configuration));
  const found = await readCheckpoint(backboneFile(folder, run, backbonePhases(run)));
  if (!found) return undefined;
  const tf = await tensorflow();
  const model = await modelOf(run, modules);
  restoreWeights(tf, model, found.base);
  return model;
}

/** How many of a run's phases come before its last method. */
export function backbonePhases({ phases }: Configuration): number {
  return phases.length - (phases[phases.length - 1].method.name === ROUNDING ? SENT : 1);
}

/** The file of the weights after the first `count` phases, named by the run that would end there. */
export function backboneFile(folder: string, configuration: Configuration, count: number): string {
  return path.join(folder, `${hashOf(beginningOf(configuration, count))}.backbone`);
}

/** Leaves the weights that a run's last method began with, unless they are there: a decoder needs them. */
export async function keepBackbone(
  folder: string,
  configuration: Configuration,
  { done, ...begun }: Pick<Checkpoint, "done" | "base" | "started">,
): Promise<void> {
  const phase = backbonePhases(configuration);
  const file = backboneFile(folder, configuration, phase);
  if (!(await isThere(file))) await writeCheckpoint(file, { phase, done: done.slice(0, phase), ...begun });
}

/** The run that ends after the first `count` phases. */
export function beginningOf(configuration: Configuration, count: number): Configuration {
  const { phases: all, data, certificate: _, ...rest } = configuration;
  const rounds = all[count]?.method.name === ROUNDING;
  const phases = all
    .slice(0, count)
    .map((phase, i) => (rounds && i + 1 === count ? { ...phase, roundedNext: true as const } : phase));
  const { name, module, ...sizes } = data;
  const sources = phases.map((phase) => phase.data ?? module ?? name);
  const [source] = sources;
  if (sources.some((other) => JSON.stringify(other) !== JSON.stringify(source)))
    return { ...rest, data, phases };
  // A backbone that is learnt on a single data set belongs to that set, whatever the run takes later.
  const own = typeof source === "object" ? ({ name: "module", module: source } as const) : { name: source };
  return {
    ...rest,
    data: { ...own, ...sizes },
    phases: phases.map((phase) => ({ ...phase, data: undefined })),
  };
}

/** The backbone of an earlier run after as many phases as possible that this run begins with, too. */
export async function sharedBackbone(
  folder: string,
  configuration: Configuration,
): Promise<Checkpoint | undefined> {
  for (let phases = configuration.phases.length - 1; phases > 0; phases--) {
    const found = await readCheckpoint(backboneFile(folder, configuration, phases));
    if (found) return { ...found, started: new Date().toISOString() };
  }
  return undefined;
}
