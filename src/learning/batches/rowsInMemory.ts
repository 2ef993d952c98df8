import type { Tensor } from "@tensorflow/tfjs-node";
import { NativeOps } from "../tensorflow/nativeOps";
import { isNative, type Tensorflow } from "../tensorflow/tensorflow";
import { nativeRows } from "./nativeRows";
import type { Rows } from "./rows";

/** `count` entries of `shape` in memory. */
export function rowsInMemory(tf: Tensorflow, count: number, shape: readonly number[]): Rows {
  return isNative() ? nativeRows(new NativeOps(tf), count, shape) : portableRows(tf);
}

/** Entries as a tensor of TensorFlow.js, for any back end. */
export function portableRows(tf: Tensorflow): Rows {
  let parts: Tensor[] = [];
  return {
    append: (part) => void parts.push(part),
    take: (indices) => {
      if (parts.length > 1) {
        // A batch may be taken inside a tidy, which would free the tensor that all later batches are taken from.
        const whole = tf.keep(tf.concat(parts));
        tf.dispose(parts);
        parts = [whole];
      }
      return tf.tidy(() => tf.gather(parts[0], tf.tensor1d(indices, "int32")));
    },
    dispose: () => tf.dispose(parts),
  };
}
