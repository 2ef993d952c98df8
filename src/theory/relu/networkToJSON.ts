import { networkChecksum } from "./checksum";
import type { JsonBias, JsonWeight, NetworkJson } from "./networkJson";
import type { ReluNetwork } from "./reluNetwork";

/** The network as a plain object that JSON.stringify takes; mantissas are decimal strings, a checksum comes last. */
export function networkToJSON(network: ReluNetwork): NetworkJson {
  const tail = (name?: string): [] | [string] => (name === undefined ? [] : [name]);
  const rest: NetworkJson = {
    format: "relu-network/1",
    input: network.input,
    intrinsic: [...network.intrinsic],
    layers: network.layers.map(({ width, activation, weights, biases }) => ({
      width,
      activation,
      weights: weights.map(
        ({ row, column, value, name }) =>
          [row, column, value.m.toString(), value.e, ...tail(name)] as JsonWeight,
      ),
      biases: biases.map(
        ({ row, value, name }) => [row, value.m.toString(), value.e, ...tail(name)] as JsonBias,
      ),
    })),
  };
  return { ...rest, checksum: networkChecksum(rest) };
}
