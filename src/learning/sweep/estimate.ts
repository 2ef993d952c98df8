import type { Configuration } from "../experiment/configuration";
import { costKey, epochImages, type ResultRow } from "./resultRow";

/** Seconds for an image in an epoch, by what they depend on: medians of what results tell. */
export class Costs {
  readonly #exact = new Map<string, number>();
  readonly #byModel = new Map<string, number>();

  constructor(rows: Iterable<Pick<ResultRow, "costs">>) {
    const all = new Map<string, number[]>();
    const models = new Map<string, number[]>();
    const add = (map: Map<string, number[]>, key: string, cost: number) => {
      const known = map.get(key);
      if (known) known.push(cost);
      else map.set(key, [cost]);
    };
    for (const { costs } of rows)
      for (const [key, cost] of costs) {
        add(all, key, cost);
        add(models, modelIn(key), cost);
      }
    for (const [key, costs] of all) this.#exact.set(key, median(costs));
    for (const [key, costs] of models) this.#byModel.set(key, median(costs));
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

function median(numbers: number[]): number {
  numbers.sort((a, b) => a - b);
  return numbers[numbers.length >> 1];
}
