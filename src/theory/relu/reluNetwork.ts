import { checkKeys } from "../../common/checkKeys";
import { present } from "../../common/present";
import { shown } from "../../common/shown";
import { equals } from "../exact/arithmetic";
import type { Dyadic } from "../exact/dyadic";
import { type Activation, type BiasTuple, checkLayer, type Layer, layer, type WeightTuple } from "./layer";

/** A feed-forward ReLU network R^input → R^output as immutable data; equal layers may be one object. */
export type ReluNetwork = {
  readonly input: number;
  readonly output: number;
  /** The names of the intrinsic parameters, those whose values depend on the target function. */
  readonly intrinsic: readonly string[];
  readonly layers: readonly Layer[];
};

type NamedEntry = { readonly value: Dyadic; readonly name: string };

/** The named entries of a layer, weights first; the answer is remembered for each layer. */
const named = new WeakMap<Layer, readonly NamedEntry[]>();
export function namedEntries(of: Layer): readonly NamedEntry[] {
  let entries = named.get(of);
  if (entries === undefined) {
    const found: NamedEntry[] = [];
    for (const { value, name } of of.weights) if (name !== undefined) found.push({ value, name });
    for (const { value, name } of of.biases) if (name !== undefined) found.push({ value, name });
    entries = found;
    named.set(of, entries);
  }
  return entries;
}

const checked = new WeakSet<ReluNetwork>();

/** The intrinsic parameters of a network: name → value, in the order of `network.intrinsic`. */
export function intrinsicParameters(network: ReluNetwork): Readonly<Record<string, Dyadic>> {
  const values = new Map<string, Dyadic>();
  for (const of of network.layers) for (const { name, value } of namedEntries(of)) values.set(name, value);
  return Object.freeze(
    Object.fromEntries(network.intrinsic.map((name) => [name, present(values.get(name), name)])),
  );
}

/**
 * A network from its layers; `intrinsic` defaults to the names in order of appearance.
 * @throws RangeError if sizes do not match, a layer before the last is "identity", entries with one name
 *   differ in value, or `intrinsic` is not the list of the names that occur.
 */
export function reluNetwork(layers: readonly Layer[], intrinsic?: readonly string[]): ReluNetwork {
  if (layers.length === 0) throw new RangeError("A network needs at least one layer; got none.");
  const values = new Map<string, Dyadic>();
  let width = layers[0].inputs;
  let previous: Layer | undefined;
  layers.forEach((current, index) => {
    // Deep networks repeat one layer object thousands of times.
    const repeated = current === previous;
    previous = current;
    if (!repeated) checkLayer(current);
    if (current.inputs !== width)
      throw new RangeError(`Layer ${index} takes ${current.inputs} values, but ${width} arrive.`);
    width = current.width;
    if (current.activation === "identity" && index < layers.length - 1)
      throw new RangeError(`Layer ${index} is "identity": only the last layer may be.`);
    if (repeated) return;
    for (const { name, value } of namedEntries(current)) {
      const earlier = values.get(name);
      if (earlier === undefined) values.set(name, value);
      else if (!equals(earlier, value))
        throw new RangeError(`Layer ${index}: entries named ${shown(name)} have different values.`);
    }
  });
  const names = intrinsic ?? [...values.keys()];
  if (
    names.length !== values.size ||
    new Set(names).size !== names.length ||
    !names.every((name) => values.has(name))
  )
    throw new RangeError(
      `intrinsic must list each name that occurs once: expected ${shown([...values.keys()])}; got ${shown(names)}.`,
    );
  const network = Object.freeze({
    input: layers[0].inputs,
    output: width,
    intrinsic: Object.freeze([...names]),
    layers: Object.freeze([...layers]),
  });
  checked.add(network);
  return network;
}

/**
 * Checks a network that was not made by reluNetwork, such as one put together by hand.
 * @throws what reluNetwork throws, and TypeError if there are no layers at all.
 */
export function checkNetwork(network: ReluNetwork): void {
  if (checked.has(network)) return;
  if (typeof network !== "object" || network === null || !Array.isArray(network.layers))
    throw new TypeError(`Expected a ReluNetwork; got ${shown(network)}; files are read by networkFromJSON.`);
  if ("format" in network)
    throw new TypeError("Expected a ReluNetwork; got its JSON form; read it with networkFromJSON.");
  const { input, output } = reluNetwork(network.layers, network.intrinsic);
  if (input !== network.input || output !== network.output)
    throw new RangeError(
      `The network says R^${network.input} → R^${network.output}, its layers R^${input} → R^${output}.`,
    );
}

const AFFINE = { inputs: true, outputs: true, weights: true, biases: true, activation: true } as const;

/** The network of one affine map x ↦ W x + c (with `activation: "relu"`: σ(W x + c)). */
export function affine(options: {
  inputs: number;
  outputs: number;
  weights?: readonly WeightTuple[];
  biases?: readonly BiasTuple[];
  activation?: Activation;
}): ReluNetwork {
  checkKeys("affine", options, AFFINE);
  const { inputs, outputs, weights, biases, activation = "identity" } = options;
  return reluNetwork([
    layer({ inputs, width: outputs, activation, ...(weights && { weights }), ...(biases && { biases }) }),
  ]);
}
