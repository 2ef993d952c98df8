import type { LayersModel, Tensor, Tensor1D } from "@tensorflow/tfjs-node";
import { type Tensorflow, tensorflow } from "../backend";
import type { Dataset, ImageSet } from "../dataset/dataset";
import type { Batch, Chain } from "./chain";
import { chainOf } from "./chainOf";
import { linksOf } from "./link";

/** Mean cross-entropy (nats) and share of images classified as labelled. */
export type Score = { readonly loss: number; readonly accuracy: number };

/** Images and labels as two tensors that stay in native memory. */
export type Resident = Batch & { readonly count: number; dispose(): void };

const BATCH = 500;

/** Loss and accuracy of a model on a set of standardised images of the given data set's shape, in inference mode. */
export async function evaluate(model: LayersModel, set: ImageSet, { batch = BATCH } = {}): Promise<Score> {
  const tf = await tensorflow();
  const chain = chainOf(tf, linksOf(model));
  const data = resident(tf, { shape: model.inputs[0].shape.slice(1) as unknown as Dataset["shape"] }, set);
  try {
    return await score(tf, chain, data, { batch });
  } finally {
    data.dispose();
    chain.dispose();
  }
}

export function resident(tf: Tensorflow, { shape }: Pick<Dataset, "shape">, set: ImageSet): Resident {
  if (!(set.images instanceof Float32Array)) {
    throw new TypeError("Images are bytes: call standardise(data) before training or evaluating.");
  }
  const count = set.labels.length;
  const images = tf.tensor(set.images, [count, ...shape]);
  const labels = tf.tensor1d(Int32Array.from(set.labels), "int32");
  return withDispose(images, labels, count);
}

export function withDispose(images: Tensor, labels: Tensor1D, count: number): Resident {
  const dispose = () => {
    images.dispose();
    labels.dispose();
  };
  return { images, labels, count, dispose };
}

/** Sums over batches in order; stops early where `signal` asks. */
export async function score(
  tf: Tensorflow,
  chain: Chain,
  data: Resident,
  { batch = BATCH, signal }: { batch?: number; signal?: AbortSignal } = {},
): Promise<Score> {
  let loss = 0;
  let correct = 0;
  let seen = 0;
  for (; seen < data.count && !signal?.aborted; seen += batch) {
    const size = Math.min(batch, data.count - seen);
    const part = slice(tf, data, seen, size);
    const result = chain.evaluate(part);
    part.dispose();
    loss += result.loss;
    correct += result.correct;
    await breathe();
  }
  const count = Math.min(seen, data.count);
  return { loss: loss / count, accuracy: correct / count };
}

export function slice(tf: Tensorflow, data: Resident, from: number, size: number): Resident {
  const images = tf.slice(data.images, from, size);
  return withDispose(images, tf.slice(data.labels, from, size) as Tensor1D, size);
}

/** Lets timers, signals and other cells have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
