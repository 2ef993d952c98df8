import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { type Dyadic, isDyadic } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import { MAX_EXPONENT } from "./limits";

/** One entry of a weight matrix; `name` marks an intrinsic parameter. */
export type Weight = {
  readonly row: number;
  readonly column: number;
  readonly value: Dyadic;
  readonly name?: string;
};

/** One entry of a bias vector; `name` marks an intrinsic parameter. */
export type Bias = { readonly row: number; readonly value: Dyadic; readonly name?: string };

/** What a layer does to W x + c: σ(x) = max(0, x), or nothing. */
export type Activation = "relu" | "identity";

/** x ↦ activation(W x + c), W of shape width × inputs, stored sparsely and sorted by row, then column. */
export type Layer = {
  readonly inputs: number;
  readonly width: number;
  readonly activation: Activation;
  readonly weights: readonly Weight[];
  readonly biases: readonly Bias[];
};

/** [row = output, column = input, value, name?]. */
export type WeightTuple = readonly [row: number, column: number, value: Dyadic | number, name?: string];
/** [row, value, name?]. */
export type BiasTuple = readonly [row: number, value: Dyadic | number, name?: string];

const checked = new WeakSet<Layer>();

const at = (entry: { row: number; column?: number }) =>
  entry.column === undefined ? `bias [${entry.row}]` : `weight [${entry.row}, ${entry.column}]`;

function checkIndex(index: number, below: number, what: string) {
  if (!Number.isInteger(index) || index < 0 || index >= below)
    throw new RangeError(`${what} must be an integer from 0 to ${below - 1}, got ${shown(index)}`);
}

function checkEntry(entry: Weight | Bias) {
  if (!isDyadic(entry.value))
    throw new TypeError(`${at(entry)}: expected a dyadic number {m odd, e}; got ${shown(entry.value)}.`);
  if (Math.abs(entry.value.e) > MAX_EXPONENT)
    throw new RangeError(
      `${at(entry)}: the exponent must be from −${MAX_EXPONENT} to ${MAX_EXPONENT}; got ${shown(entry.value.e)}; nothing larger could be evaluated.`,
    );
  const { name } = entry;
  if (name === undefined) {
    if (entry.value.m === 0n)
      throw new RangeError(`${at(entry)}: a zero is stored only under a name; leave it out.`);
  } else if (typeof name !== "string" || name === "")
    throw new TypeError(`${at(entry)}: a name must be a non-empty string; got ${shown(name)}.`);
}

/**
 * Checks a layer: positive sizes, indices in range, sorted without duplicates, dyadic values with exponents up to
 * 2^26, no unnamed zero.
 * @throws TypeError or RangeError naming the entry.
 */
export function checkLayer(layer: Layer): Layer {
  if (checked.has(layer)) return layer;
  for (const [what, size] of [
    ["inputs", layer.inputs],
    ["width", layer.width],
  ] as const)
    if (!Number.isSafeInteger(size) || size < 1)
      throw new RangeError(`A layer's ${what} must be a positive integer; got ${shown(size)}.`);
  if (layer.activation !== "relu" && layer.activation !== "identity")
    throw new TypeError(`activation must be "relu" or "identity"; got ${shown(layer.activation)}.`);
  let last: Weight | undefined;
  for (const weight of layer.weights) {
    checkIndex(weight.row, layer.width, "a weight's row");
    checkIndex(weight.column, layer.inputs, "a weight's column");
    checkEntry(weight);
    if (last && (weight.row < last.row || (weight.row === last.row && weight.column <= last.column)))
      throw new RangeError(`${at(weight)} comes after ${at(last)}: sort by row, then column, no duplicates.`);
    last = weight;
  }
  let row = -1;
  for (const bias of layer.biases) {
    checkIndex(bias.row, layer.width, "a bias's row");
    checkEntry(bias);
    if (bias.row <= row)
      throw new RangeError(`${at(bias)} comes after bias [${row}]: sort by row, no duplicates.`);
    row = bias.row;
  }
  Object.freeze(layer.weights);
  Object.freeze(layer.biases);
  Object.freeze(layer);
  checked.add(layer);
  return layer;
}

const LAYER = { inputs: true, width: true, activation: true, weights: true, biases: true } as const;
const toDyadic = (value: Dyadic | number) => (typeof value === "number" ? fromNumber(value) : value);

/**
 * A layer from entries in any order; unnamed zeros are left out, numbers are taken exactly.
 * @throws what checkLayer and fromNumber throw.
 */
export function layer(options: {
  inputs: number;
  width: number;
  activation?: Activation;
  weights?: readonly WeightTuple[];
  biases?: readonly BiasTuple[];
}): Layer {
  checkKeys("layer", options, LAYER);
  const weights: Weight[] = [];
  for (const [row, column, value, name] of options.weights ?? []) {
    const exact = toDyadic(value);
    if (name !== undefined) weights.push({ row, column, value: exact, name });
    else if (exact.m !== 0n) weights.push({ row, column, value: exact });
  }
  const biases: Bias[] = [];
  for (const [row, value, name] of options.biases ?? []) {
    const exact = toDyadic(value);
    if (name !== undefined) biases.push({ row, value: exact, name });
    else if (exact.m !== 0n) biases.push({ row, value: exact });
  }
  weights.sort((u, v) => u.row - v.row || u.column - v.column);
  biases.sort((u, v) => u.row - v.row);
  return checkLayer({
    inputs: options.inputs,
    width: options.width,
    activation: options.activation ?? "relu",
    weights,
    biases,
  });
}

/** The same affine map with another activation. */
export function withActivation(original: Layer, activation: Activation): Layer {
  if (original.activation === activation) return original;
  checkLayer(original);
  if (activation !== "relu" && activation !== "identity") return checkLayer({ ...original, activation });
  const twin = Object.freeze({ ...original, activation });
  checked.add(twin); // its entries are the original's
  return twin;
}
