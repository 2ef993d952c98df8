import type { Tensor1D } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../backend";
import type { Dataset, ImageSet } from "../dataset/dataset";
import type { Batch } from "./chain";

/** A batch, and how to free it. */
export type Picked = Batch & { readonly count: number; dispose(): void };

/** Labelled images, or features of images, of which batches are picked by index. */
export type Resident = {
  readonly count: number;
  pick(indices: Int32Array): Picked;
  dispose(): void;
};

/** A set of standardised images of one shape in native memory. */
export function resident(tf: Tensorflow, { shape }: Pick<Dataset, "shape">, set: ImageSet): Resident {
  const count = set.labels.length;
  const images = tf.tensor(set.images, [count, ...shape]);
  const labels = tf.tensor1d(Int32Array.from(set.labels), "int32");
  return {
    count,
    pick: (indices) => {
      const where = tf.tensor1d(indices, "int32");
      const batch = { images: tf.gather(images, where), labels: tf.gather(labels, where) as Tensor1D };
      where.dispose();
      return picked(batch);
    },
    dispose: () => tf.dispose([images, labels]),
  };
}

export function picked({ images, labels }: Batch): Picked {
  const dispose = () => {
    images.dispose();
    labels.dispose();
  };
  return { images, labels, count: labels.size, dispose };
}

/** The indices of all entries in order, in parts of at most `size`. */
export function* inOrder({ count }: Pick<Resident, "count">, size: number): Generator<Int32Array> {
  for (let from = 0; from < count; from += size) {
    yield Int32Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i);
  }
}
