import { checksumOf } from "./checksum";
import type { Activation } from "./layer";
import type { ReluNetwork } from "./network";

/** [row, column, "m", e, name?]. */
type JsonWeight = [number, number, string, number] | [number, number, string, number, string];
/** [row, "m", e, name?]. */
type JsonBias = [number, string, number] | [number, string, number, string];

/** A network as JSON, format relu-network/1. */
export type NetworkJson = {
  format: "relu-network/1";
  input: number;
  intrinsic: string[];
  layers: { width: number; activation: Activation; weights: JsonWeight[]; biases: JsonBias[] }[];
  /** "sha256:" and the hash of all the rest; a file may be without it. */
  checksum?: string;
};

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
  return { ...rest, checksum: checksumOf(rest) };
}
