import { groupBy } from "../../common/groupBy";
import { type Configuration, hashOf } from "../experiment/configuration";
import { backbonePhases, beginningOf } from "../experiment/storedBackbone";
import type { Job } from "./job";
import { costKey, epochImages, type ResultRow } from "./resultRow";

/** Seconds for an image in an epoch, by what they depend on: medians of what results tell. */
export class Costs {
  readonly #exact: ReadonlyMap<string, number>;
  readonly #byModel: ReadonlyMap<string, number>;

  constructor(rows: Iterable<Pick<ResultRow, "costs">>) {
    const all = [...rows].flatMap(({ costs }) => costs);
    this.#exact = medians(groupBy(all, ([key]) => key));
    this.#byModel = medians(groupBy(all, ([key]) => modelIn(key)));
  }

  /** Seconds that the phases of a configuration from the number `from` on take, about; undefined if nothing is known. */
  secondsOf(configuration: Configuration, from = 0): number | undefined {
    let sum = 0;
    for (const phase of configuration.phases.slice(from)) {
      const key = costKey(configuration, phase);
      const cost = this.#exact.get(key) ?? this.#byModel.get(modelIn(key));
      if (cost === undefined) return undefined;
      sum += cost * epochImages(configuration, phase);
    }
    return sum;
  }
}

/**
 * What jobs take of the disk, about, where so many processes carry them out: results, backbones (those that decoders need,
 * too), checkpoints.
 */
export function jobBytes(jobs: readonly Job[], processes: number): number {
  const [first] = jobs.filter(({ kind }) => kind === "run");
  // Weights, those at the beginning, two moments: while a run is under way.
  const checkpoints = first ? 4 * processes * modelBytes(first.configuration) : 0;
  const backbones = new Map(
    jobs.flatMap(({ kind, hash, configuration }) =>
      kind === "backbone" ? [[hash, configuration] as const] : keptBackbone(configuration),
    ),
  );
  const sum = (all: Iterable<Configuration>, bytes: (one: Configuration) => number) =>
    [...all].reduce((whole, one) => whole + bytes(one), 0);
  const runs = jobs.filter(({ kind }) => kind === "run").map(({ configuration }) => configuration);
  return checkpoints + sum(backbones.values(), modelBytes) + sum(runs, resultBytes);
}

/** What a run with a certificate leaves besides its result. */
function keptBackbone(configuration: Configuration): readonly (readonly [string, Configuration])[] {
  const count = configuration.certificate ? backbonePhases(configuration) : 0;
  return count > 0 ? [[hashOf(beginningOf(configuration, count)), configuration]] : [];
}

/** Bytes of a result, about: its configuration, and each epoch. */
function resultBytes({ phases }: Configuration): number {
  return 2500 + phases.reduce((sum, { epochs }) => sum + 1000 + 330 * epochs, 0);
}

/** Bytes of the weights of the package's models; one's own are taken for small. */
function modelBytes({ model: { name, width = 1 } }: Configuration): number {
  const WHOLE: Readonly<Record<string, number>> = { "paper-cnn": 8.9e6, lenet: 0.25e6, mlp: 0.8e6 };
  return (WHOLE[name] ?? 0.1e6) * width ** 2;
}

function modelIn(key: string): string {
  return key.split(" ", 2).join(" ");
}

function medians(groups: ReadonlyMap<string, ResultRow["costs"]>): ReadonlyMap<string, number> {
  return new Map(
    [...groups].map(([key, costs]) => {
      const sorted = costs.map(([, cost]) => cost).sort((a, b) => a - b);
      return [key, sorted[sorted.length >> 1]];
    }),
  );
}
