import type { Tensor } from "@tensorflow/tfjs-node";

/** Entries of one shape, written one part after the other and then read by index. */
export type Rows = {
  /** Writes the next entries; takes over the tensor. */
  append(part: Tensor): void;
  /** The entries with these indices, in this order. */
  take(indices: Int32Array): Tensor;
  dispose(): void;
};
