import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "./tensorflow";
import { withPoolingGradients } from "./withPoolingGradients";

/** The gradients of a loss by TensorFlow.js's tape, also for frozen variables that are in `wanted`. */
export function gradientsOf(tf: Tensorflow, wanted: readonly Variable[], loss: () => Scalar): Tensor[] {
  if (wanted.length === 0) {
    loss();
    return [];
  }
  try {
    return withPoolingGradients(tf, () => tf.grads(loss)([...wanted]));
  } catch (error) {
    // TensorFlow.js would never free what the tape has saved so far.
    const { state } = tf.engine();
    for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
    state.activeTape = [];
    throw error;
  }
}
