import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { negate } from "../exact/arithmetic";
import { dyadic } from "../exact/dyadic";
import { checkLayer, type Layer, layer, type Weight, withActivation } from "./layer";
import { affine, checkNetwork, type ReluNetwork, reluNetwork } from "./reluNetwork";

/** The sign of the values passed on: "nonnegative" needs only σ(x), "any" needs σ(x) and σ(−x). */
export type Sign = "nonnegative" | "any";

function checkSign(caller: string, options: { sign?: Sign }): void {
  checkKeys(caller, options, { sign: true });
  const { sign } = options;
  if (sign !== undefined && sign !== "nonnegative" && sign !== "any")
    throw new RangeError(`${caller}: sign must be "nonnegative" or "any"; got ${shown(sign)}.`);
}

/** The rows of `last`, then their negatives, with σ: 2·width neurons σ(z), σ(−z). */
function splitSigns(last: Layer): Layer {
  const flipped = <E extends { row: number; value: Weight["value"]; name?: string }>(entry: E): E => {
    if (entry.name !== undefined)
      throw new RangeError(
        `The intrinsic parameter ${shown(entry.name)} cannot be passed on with both signs (one name has one value): compose with sign "nonnegative".`,
      );
    return { ...entry, row: entry.row + last.width, value: negate(entry.value) };
  };
  return checkLayer({
    ...last,
    width: 2 * last.width,
    activation: "relu",
    weights: [...last.weights, ...last.weights.map(flipped)],
    biases: [...last.biases, ...last.biases.map(flipped)],
  });
}

/** The layer `first`, but each input z is read as σ(z) − σ(−z). */
function joinSigns(first: Layer): Layer {
  const named = first.weights.find((weight) => weight.name !== undefined);
  if (named)
    throw new RangeError(
      `The intrinsic parameter ${shown(named.name)} cannot weigh an input with both signs (one name has one value): compose with sign "nonnegative".`,
    );
  return layer({
    inputs: 2 * first.inputs,
    width: first.width,
    activation: first.activation,
    weights: first.weights.flatMap(({ row, column, value }) => [
      [row, column, value] as const,
      [row, column + first.inputs, negate(value)] as const,
    ]),
    biases: first.biases.map(({ row, value, name }) => [row, value, name] as const),
  });
}

/**
 * The composition x ↦ outer(inner(x)) of networks, listed from inner to outer. No layers are merged: the inner
 * output passes a ReLU layer of its own, as σ(z) if it is known to be ≥ 0, otherwise as σ(z), σ(−z).
 * @throws RangeError if sizes do not match or a named entry would need both signs.
 */
export function compose(networks: readonly ReluNetwork[], options: { sign?: Sign } = {}): ReluNetwork {
  checkSign("compose", options);
  if (networks.length === 0) throw new RangeError("compose needs at least one network; got none.");
  if (networks.length === 1) return networks[0];
  const layers: Layer[] = [];
  networks.forEach((network, index) => {
    const inner = networks[index - 1];
    if (inner && inner.output !== network.input)
      throw new RangeError(
        `The outer network takes ${network.input} values, but the inner one gives ${inner.output}.`,
      );
    const last = layers.pop();
    if (last === undefined || last.activation === "relu" || options.sign === "nonnegative") {
      if (last) layers.push(withActivation(last, "relu"));
      for (const layer of network.layers) layers.push(layer);
      return;
    }
    layers.push(splitSigns(last), joinSigns(network.layers[0]));
    for (let i = 1; i < network.layers.length; i++) layers.push(network.layers[i]);
  });
  return reluNetwork(layers);
}

/** x ↦ x on R^width through `depth` layers: σ(x) all the way for values ≥ 0, σ(x) − σ(−x) otherwise. */
export function carry(width: number, depth: number, options: { sign?: Sign } = {}): ReluNetwork {
  checkSign("carry", options);
  if (!Number.isSafeInteger(depth) || depth < 1)
    throw new RangeError(`carry needs a depth of at least one layer; got ${shown(depth)}.`);
  const one = dyadic(1n);
  const diagonal = (size: number) => Array.from({ length: size }, (_, i) => [i, i, one] as const);
  const identity = affine({ inputs: width, outputs: width, weights: diagonal(width) });
  if (depth === 1) return identity;
  if ((options.sign ?? "any") === "nonnegative") {
    const pass = withActivation(identity.layers[0], "relu");
    return reluNetwork([...Array<Layer>(depth - 1).fill(pass), identity.layers[0]]);
  }
  const pass = layer({ inputs: 2 * width, width: 2 * width, weights: diagonal(2 * width) });
  return reluNetwork([
    splitSigns(identity.layers[0]),
    ...Array<Layer>(depth - 2).fill(pass),
    joinSigns(identity.layers[0]),
  ]);
}

/** The same function with `depth` layers: its output is carried through the missing ones. */
export function deepen(network: ReluNetwork, depth: number, options: { sign?: Sign } = {}): ReluNetwork {
  checkSign("deepen", options);
  checkNetwork(network);
  if (!Number.isSafeInteger(depth))
    throw new RangeError(`deepen needs a number of layers; got ${shown(depth)}.`);
  const missing = depth - network.layers.length;
  if (missing < 0) throw new RangeError(`Cannot deepen ${network.layers.length} layers to ${depth}.`);
  return missing === 0 ? network : compose([network, carry(network.output, missing, options)], options);
}
