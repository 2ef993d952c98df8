import type { Activation } from "./layer";

/** [row, column, "m", e, name?]. */
export type JsonWeight = [number, number, string, number] | [number, number, string, number, string];
/** [row, "m", e, name?]. */
export type JsonBias = [number, string, number] | [number, string, number, string];

/** A network as JSON, format relu-network/1. */
export type NetworkJson = {
  format: "relu-network/1";
  input: number;
  intrinsic: string[];
  layers: { width: number; activation: Activation; weights: JsonWeight[]; biases: JsonBias[] }[];
  /** "sha256:" and the hash of all the rest; it may be missing. */
  checksum?: string;
};
