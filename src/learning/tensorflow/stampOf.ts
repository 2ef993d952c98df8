import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { isNative, loadedTensorflow } from "./tensorflow";

/** Stays equal for a variable until somebody writes to it; then it never has the same value again. */
export type Stamp = object | number;

/** A variable's stamp now; natively not its dataId, which native training leaves as it is. */
export function stampOf(variable: Variable): Stamp {
  if (!isNative()) return variable.dataId;
  const backend = loadedTensorflow().backend() as unknown as {
    getInputTensorIds(tensors: Tensor[]): number[];
  };
  // The native handle, which is never used twice. Asking for it hands over values that TensorFlow does not have yet.
  return backend.getInputTensorIds([variable])[0];
}
