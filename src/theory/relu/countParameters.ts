import { namedEntries, type ReluNetwork } from "./reluNetwork";

/** The parameters of a ReLU network, counted in four ways. */
export type ParameterCount = {
  /** Dense weights and biases, zeros included. */
  readonly total: number;
  /** Stored entries: those other than 0, and every named one. */
  readonly nonzero: number;
  /** Different intrinsic parameters. */
  readonly intrinsic: number;
  /** Entries with an intrinsic name: what `intrinsic` would be if copies shared no parameters. */
  readonly intrinsicUntied: number;
};

/** Counts the parameters of a network in the four ways the paper and practice count them. */
export function countParameters(network: ReluNetwork): ParameterCount {
  let total = 0;
  let nonzero = 0;
  let intrinsicUntied = 0;
  for (const layer of network.layers) {
    total += layer.width * (layer.inputs + 1);
    nonzero += layer.weights.length + layer.biases.length;
    intrinsicUntied += namedEntries(layer).length;
  }
  return { total, nonzero, intrinsic: network.intrinsic.length, intrinsicUntied };
}

/** The number of layers, the affine output included. */
export function depthOf(network: ReluNetwork): number {
  return network.layers.length;
}

/** The largest number of neurons in a layer, the output included. */
export function widthOf(network: ReluNetwork): number {
  return network.layers.reduce((width, layer) => Math.max(width, layer.width), 0);
}
