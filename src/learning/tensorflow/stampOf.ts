import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { isNative, loadedTensorflow } from "./tensorflow";

/** Equal for a variable as long as nobody writes to it, and never again once someone has. */
export type Stamp = object | number;

/** The stamp that a variable bears now: native training writes into a variable without giving it other data. */
export function stampOf(variable: Variable): Stamp {
  if (!isNative()) return variable.dataId;
  const backend = loadedTensorflow().backend() as unknown as {
    getInputTensorIds(tensors: Tensor[]): number[];
  };
  // The native handle, which is never used twice; asking for it brings the values there where they are not yet.
  return backend.getInputTensorIds([variable])[0];
}
