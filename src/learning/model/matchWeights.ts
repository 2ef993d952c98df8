import type { Variable } from "@tensorflow/tfjs-node";
import type { NamedWeight } from "./namedWeights";

type Stored = Readonly<Record<string, Float32Array>>;

/** Which stored values belong to which weight, and what does not fit. */
export type Matched = {
  readonly values: ReadonlyMap<Variable, Float32Array>;
  /** The names that they were stored by. */
  readonly names: ReadonlyMap<Variable, string>;
  /** Weights without stored values of their size, with the name that was found for them. */
  readonly unfit: readonly { readonly weight: NamedWeight; readonly found?: string }[];
  /** Names of values that no weight here takes. */
  readonly left: readonly string[];
};

/**
 * Matches stored values to the weights of a model: by name where the user gave the layers names, by position where
 * TensorFlow.js did. Its names ("dense_Dense3") count the layers that a process makes, so the same model built again
 * has other numbers. By position, the first layer of a kind has the values of the first one stored.
 * @throws RangeError where the same automatic names stand in another order, so that name and position contradict.
 */
export function matchWeights(weights: readonly NamedWeight[], stored: Stored): Matched {
  const names = weights.map(({ name }) => name);
  const here = placeNames(names);
  const there = placeNames(Object.keys(stored));
  if (here.size === there.size && names.every((name) => there.has(name))) {
    const moved = names.find((name) => here.get(name) !== there.get(name));
    if (moved !== undefined) {
      throw new RangeError(
        `Stored weights: ${moved} stands in another place of the model that they are of, and its name is only TensorFlow.js's ` +
          "own count: build the layers in the same order, or give them names.",
      );
    }
  }
  const byPosition = new Map([...there].map(([name, position]) => [position, name]));
  const values = new Map<Variable, Float32Array>();
  const storedBy = new Map<Variable, string>();
  const unfit: { weight: NamedWeight; found?: string }[] = [];
  for (const weight of weights) {
    const position = here.get(weight.name) as string;
    const found = byPosition.get(position);
    byPosition.delete(position);
    if (found !== undefined && stored[found]?.length === weight.variable.size) {
      values.set(weight.variable, stored[found]);
      storedBy.set(weight.variable, found);
    } else unfit.push({ weight, found });
  }
  return { values, names: storedBy, unfit, left: [...byPosition.values()] };
}

/** Each name with the automatic parts counted anew, from 1 on for each kind of layer, in the order of the names. */
function placeNames(names: readonly string[]): Map<string, string> {
  const seen = new Map<string, string[]>();
  return new Map(
    names.map((name) => {
      const [, layer, weight, copy = ""] = /^(?:(.*)\/)?([^/#]*)(#\d+)?$/.exec(name) ?? ["", "", name];
      const kind = (layer ?? "").split("/").map(kindOf).join("/");
      if (layer === undefined || kind === layer) return [name, name];
      const known = seen.get(kind) ?? [];
      if (!known.includes(layer + copy)) seen.set(kind, [...known, layer + copy]);
      return [
        name,
        `${kind}@${known.includes(layer + copy) ? known.indexOf(layer + copy) + 1 : known.length + 1}/${weight}`,
      ];
    }),
  );
}

/** "dense_Dense" for "dense_Dense3", a name by TensorFlow.js; any other name itself. */
function kindOf(name: string): string {
  const [, direction = "", prefix, counted] =
    /^(forward_|backward_)?([a-z\d_]+)_([A-Z]\w*\d)$/.exec(name) ?? [];
  if (prefix === undefined) return name;
  const length = prefix.replaceAll("_", "").length;
  const [kind, count] = [counted.slice(0, length), counted.slice(length)];
  return kind.toLowerCase() === prefix.replaceAll("_", "") && /^\d+$/.test(count)
    ? `${direction}${prefix}_${kind}`
    : name;
}
