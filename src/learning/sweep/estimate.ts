import { groupBy } from "../../common/groupBy";
import type { Configuration } from "../experiment/configuration";
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

/** Bytes of a result, about: its configuration, and each epoch. */
export function resultBytes({ phases }: Configuration): number {
  return 2500 + phases.reduce((sum, { epochs }) => sum + 1000 + 330 * epochs, 0);
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
