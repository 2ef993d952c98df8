import type { Tensor } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { dropoutMask } from "./dropoutMask";
import type { LinkOf } from "./link";

/** A pass through a layer by TensorFlow.js itself: in training mode if `draw` says what is dropped, else in inference mode. */
export function stockPass(
  tf: Tensorflow,
  { stock, index }: LinkOf<"stock">,
  x: Tensor | readonly Tensor[],
  draw?: { readonly seed: number; readonly step: number },
): Tensor {
  const ones = (shape: readonly number[]) => tf.ones([...shape]);
  return stock.apply(x, draw !== undefined, (shape, rate, inner) =>
    draw ? dropoutMask(tf, rate, shape, { ...draw, link: index, inner }) : ones(shape),
  );
}
