import { shown } from "../../common/shown";
import { type Bias, checkLayer, type Layer, type Weight } from "./layer";
import { type ReluNetwork, reluNetwork } from "./reluNetwork";

/** Several layers as one, each with its own outputs; if `shared`, all read the same inputs. */
function stack(parts: readonly Layer[], shared: boolean): Layer {
  const activation = parts[0].activation;
  const weights: Weight[] = [];
  const biases: Bias[] = [];
  let rows = 0;
  let columns = 0;
  for (const part of parts) {
    if (part.activation !== activation)
      throw new RangeError(`Cannot stack a ${part.activation} layer on a ${activation} layer.`);
    for (const weight of part.weights)
      weights.push({ ...weight, row: weight.row + rows, column: weight.column + columns });
    for (const bias of part.biases) biases.push({ ...bias, row: bias.row + rows });
    rows += part.width;
    if (!shared) columns += part.inputs;
  }
  return checkLayer({
    inputs: shared ? parts[0].inputs : columns,
    width: rows,
    activation,
    weights,
    biases,
  });
}

function stackNetworks(networks: readonly ReluNetwork[], shared: boolean): ReluNetwork {
  if (networks.length === 0) throw new RangeError("Expected at least one network; got none.");
  const depth = networks[0].layers.length;
  for (const network of networks)
    if (network.layers.length !== depth)
      throw new RangeError(
        `Networks side by side need equal depths; got ${shown(depth)} and ${network.layers.length}; use deepen.`,
      );
  const layers: Layer[] = [];
  for (let i = 0; i < depth; i++) {
    // Equal neighbouring layers stay one object, so that deep networks cost nothing.
    const repeated = i > 1 && networks.every((network) => network.layers[i] === network.layers[i - 1]);
    layers.push(
      repeated
        ? layers[i - 1]
        : stack(
            networks.map((network) => network.layers[i]),
            shared && i === 0,
          ),
    );
  }
  return reluNetwork(layers);
}

/**
 * Networks side by side on inputs of their own: (x, y, …) ↦ (f(x), g(y), …). Entries with one name stay one
 * parameter, so copies of a network share theirs.
 * @throws RangeError if the depths differ.
 */
export function sideBySide(networks: readonly ReluNetwork[]): ReluNetwork {
  return stackNetworks(networks, false);
}

/**
 * Networks side by side on one input: x ↦ (f(x), g(x), …), sharing parameters as sideBySide does.
 * @throws RangeError if the depths or the input sizes differ.
 */
export function fanOut(networks: readonly ReluNetwork[]): ReluNetwork {
  for (const network of networks)
    if (network.input !== networks[0].input)
      throw new RangeError(
        `Networks on one input need equal input sizes; got ${shown(networks[0].input)} and ${shown(network.input)}.`,
      );
  return stackNetworks(networks, true);
}

/** The same network with its intrinsic parameters renamed, for copies that must not share them. */
export function renameIntrinsic(network: ReluNetwork, rename: (name: string) => string): ReluNetwork {
  const renamed = new Map<Layer, Layer>();
  const entry = <E extends Weight | Bias>(old: E): E =>
    old.name === undefined ? old : { ...old, name: rename(old.name) };
  const layers = network.layers.map((old) => {
    const layer =
      renamed.get(old) ??
      ([...old.weights, ...old.biases].some((e) => e.name !== undefined)
        ? checkLayer({ ...old, weights: old.weights.map(entry), biases: old.biases.map(entry) })
        : old);
    renamed.set(old, layer);
    return layer;
  });
  return reluNetwork(layers);
}
