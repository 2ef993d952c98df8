import type { Method } from "../method/method";
import { setVariable } from "../model/namedWeights";
import { loadedTensorflow } from "../tensorflow/tensorflow";

/** Gives a method its numbers, and the model the weights that follow from them. */
export function putNumbers(method: Method, numbers: readonly Float32Array[]): void {
  const tf = loadedTensorflow();
  method.hold?.begin();
  try {
    for (const [i, values] of numbers.entries()) setVariable(tf, method.parameters[i], values);
    method.write();
  } finally {
    method.hold?.settle();
  }
}
