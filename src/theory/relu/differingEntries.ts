import { equals } from "../exact/arithmetic";
import { type Dyadic, ZERO } from "../exact/dyadic";
import type { Bias, Layer, Weight } from "./layer";
import type { ReluNetwork } from "./reluNetwork";

/** An entry in which two networks of one shape hold different numbers; `column` is "bias" in a bias vector. */
export type DifferingEntry = {
  readonly layer: number;
  readonly row: number;
  readonly column: number | "bias";
  /** The intrinsic parameter there, if it is the same in both networks; otherwise undefined. */
  readonly name: string | undefined;
  readonly values: readonly [Dyadic, Dyadic];
};

const shape = (network: ReluNetwork) =>
  [network.input, ...network.layers.map(({ width }) => width)].join("–");
const keyed = (layer: Layer) =>
  new Map<string, Weight | Bias>([
    ...layer.weights.map((entry) => [`${entry.row} ${entry.column}`, entry] as const),
    ...layer.biases.map((entry) => [`${entry.row} bias`, entry] as const),
  ]);

/**
 * The entries in which two networks of one shape differ, in value or in name. Networks of one construction
 * for two targets must differ only in intrinsic entries (the theorems say "independent of f").
 * @throws RangeError if the shapes or activations are not the same.
 */
export function differingEntries(one: ReluNetwork, other: ReluNetwork): DifferingEntry[] {
  if (shape(one) !== shape(other))
    throw new RangeError(`Expected two networks of one shape; got ${shape(one)} and ${shape(other)}.`);
  return one.layers.flatMap((layer, index) => {
    const second = other.layers[index];
    if (layer === second) return [];
    if (layer.activation !== second.activation)
      throw new RangeError(`Layer ${index}: activations ${layer.activation} and ${second.activation}.`);
    const [left, right] = [keyed(layer), keyed(second)];
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((key): DifferingEntry[] => {
      const [a, b] = [left.get(key), right.get(key)];
      const values = [a?.value ?? ZERO, b?.value ?? ZERO] as const;
      if (equals(...values) && a?.name === b?.name) return [];
      const [row, column] = key.split(" ") as [string, string];
      return [
        {
          layer: index,
          row: Number(row),
          column: column === "bias" ? "bias" : Number(column),
          name: a?.name === b?.name ? a?.name : undefined,
          values,
        },
      ];
    });
  });
}
