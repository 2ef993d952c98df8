import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "./tensorflow";

/** The gradients of a loss by TensorFlow.js's tape, frozen variables included where they are asked for. */
export function gradientsOf(tf: Tensorflow, wanted: readonly Variable[], loss: () => Scalar): Tensor[] {
  if (wanted.length === 0) {
    loss();
    return [];
  }
  try {
    return tf.grads(loss)([...wanted]);
  } catch (error) {
    // What the tape has saved by then, TensorFlow.js would keep for ever.
    const { state } = tf.engine();
    for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
    state.activeTape = [];
    throw error;
  }
}
