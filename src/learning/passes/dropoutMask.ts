import type { Tensor } from "@tensorflow/tfjs-node";
import { randomGenerator } from "../dataset/randomGenerator";
import type { Tensorflow } from "../tensorflow/tensorflow";

/** What decides a mask: no two of equal seed, step, link and inner number have the same numbers to draw it by. */
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

/** Below so many links and steps (seed, 64·step + link) is a key of its own: those by which earlier versions trained. */
const [EARLIER_LINKS, EARLIER_STEPS] = [64, 2 ** 25];
/** The largest integer of 32 bits with a sign: beyond it a seed has its sign in the upper half of 64 bits. */
const LARGEST_SIGNED = 2 ** 31 - 1;
const TWO_TO_32 = 2 ** 32;

/**
 * The key of TensorFlow's counter-based generator, two numbers of 64 bits as [low, high, low, high]: another one for
 * every other (seed, step, link). The first 64 links have the keys by which earlier versions trained.
 */
export function dropoutKey({ seed, step, link }: Omit<Stream, "inner">): Int32Array {
  if (link < EARLIER_LINKS && step < EARLIER_STEPS)
    return Int32Array.of(seed, seed > LARGEST_SIGNED ? -1 : 0, EARLIER_LINKS * step + link, 0);
  return Int32Array.of(seed, link + 1, step, step / TWO_TO_32);
}
