import type { Tensor1D } from "@tensorflow/tfjs-node";
import type { Dataset } from "../dataset/dataset";
import type { ImageSet } from "../dataset/imageSet";
import type { Batch } from "../passes/passes";
import type { Tensorflow } from "../tensorflow/tensorflow";
import type { Rows } from "./rows";
import { portableRows } from "./rowsInMemory";

/** Images at a time where nothing is trained: larger batches are no faster, and take more memory. */
export const IMAGES_AT_ONCE = 500;

/** A batch, and how to free it. */
export type Picked = Batch & { readonly count: number; dispose(): void };

/** Labelled images, or features of images, from which batches are picked by index. */
export type Resident = {
  readonly count: number;
  pick(indices: Int32Array): Picked;
  dispose(): void;
};

/** A set of standardised images of one shape in native memory. */
export function resident(tf: Tensorflow, { shape }: Pick<Dataset, "shape">, set: ImageSet): Resident {
  const rows = portableRows(tf);
  rows.append(tf.tensor(set.images, [set.labels.length, ...shape]));
  return labelledRows(tf, rows, set.labels);
}

/** Batches of rows with their labels; takes over the rows. */
export function labelledRows(tf: Tensorflow, rows: Rows, labels: ArrayLike<number>): Resident {
  const all = tf.tensor1d(Int32Array.from(labels), "int32");
  const pick = (indices: Int32Array): Picked => {
    const images = rows.take(indices);
    const some = tf.tidy(() => tf.gather(all, tf.tensor1d(indices, "int32"))) as Tensor1D;
    return { images, labels: some, count: indices.length, dispose: () => tf.dispose([images, some]) };
  };
  const dispose = () => {
    rows.dispose();
    all.dispose();
  };
  return { count: all.size, pick, dispose };
}

/** The indices of all entries in order, in parts of at most `size`. */
export function* inOrder({ count }: Pick<Resident, "count">, size: number): Generator<Int32Array> {
  for (let from = 0; from < count; from += size) {
    yield Int32Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i);
  }
}
