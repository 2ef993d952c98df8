import type { Tensor } from "@tensorflow/tfjs-node";
import { randomGenerator } from "../dataset/randomGenerator";
import type { Tensorflow } from "../tensorflow/tensorflow";

/** What decides a mask: two masks are drawn by the same random numbers only if all of these are equal. */
export type Stream = {
  readonly seed: number;
  readonly step: number;
  /** Number of the link in the whole model. */
  readonly link: number;
  /** Number of the draw inside of a link. */
  readonly inner?: number;
};

/** A drop-out mask for any back end: 1/(1 − rate) where a value is kept, else 0. */
export function dropoutMask(
  tf: Tensorflow,
  rate: number,
  shape: readonly number[],
  { seed, step, link, inner = 0 }: Stream,
): Tensor {
  const random = randomGenerator(seed, step, link, inner);
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, () => (random() >= rate ? 1 / (1 - rate) : 0));
  return tf.tensor(values, [...shape]);
}

/** Below these numbers of links and steps, each has its own key (seed, 64·step + link), as in earlier versions. */
const [EARLIER_LINKS, EARLIER_STEPS] = [64, 2 ** 25];
/** The largest signed integer of 32 bits. A larger seed reads as negative: the upper half of its 64 bits is −1. */
const LARGEST_SIGNED = 2 ** 31 - 1;
const TWO_TO_32 = 2 ** 32;

/**
 * The key of TensorFlow's counter-based generator, two numbers of 64 bits as [low, high, low, high]: a different
 * one for each (seed, step, link). The first 64 links have the keys that earlier versions trained with.
 */
export function dropoutKey({ seed, step, link }: Omit<Stream, "inner">): Int32Array {
  if (link < EARLIER_LINKS && step < EARLIER_STEPS)
    return Int32Array.of(seed, seed > LARGEST_SIGNED ? -1 : 0, EARLIER_LINKS * step + link, 0);
  return Int32Array.of(seed, link + 1, step, step / TWO_TO_32);
}
