import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { checkSeeds } from "../../common/checkSeeds";
import { finite, whole } from "../../common/jsonCheck";
import { shown } from "../../common/shown";
import { randomGenerator } from "../dataset/randomGenerator";
import { checkWhole } from "../model/checkWhole";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { Hold } from "./hold";
import { matrixShape } from "./matrixShape";
import { fromParts, kernelsOf, type Method, type WeightSelection } from "./method";
import { LAYERS, type MethodDefinition, type OptionsOf, optional, required, SEED } from "./methodDefinition";
import { uniform } from "./uniform";

/** r and the first value of d in W = W₀ + A diag(d) B diag(b) (defaults 64 and 0.1), the layers, the seed of A and B. */
export type VeraOptions = WeightSelection & { rank?: number; start?: number; seed?: number };

/** The first value of d. */
const START = 0.1;

const OPTIONS = {
  rank: required(whole(1)),
  start: optional(finite, () => START),
  seed: SEED,
  layers: LAYERS,
} satisfies OptionsOf<VeraOptions>;

/**
 * Vector-based updates W = W₀ + A diag(d) B diag(b) of kernels, d = `start` and b = 0 at first (VeRA: Kopiczko and
 * others 2024). All layers share one frozen random pair A, B; each takes the first rows and columns that it needs.
 * Trains r + out numbers for an m × out kernel; apart from that, all layers are frozen in its training.
 */
export function vera(model: LayersModel, options: VeraOptions = {}): Method {
  checkKeys("vera", options, OPTIONS);
  const { rank = 64, start = START, seed = 0, layers } = options;
  checkWhole({ rank }, 1);
  checkSeeds({ seed });
  if (!Number.isFinite(start)) throw new RangeError(`start must be a finite number; got ${shown(start)}.`);
  const tf = loadedTensorflow();
  const kernels = kernelsOf(model, layers);
  Hold.refuseHeld("vera", kernels);
  const shapes = kernels.map(matrixShape);
  const most = (axis: 0 | 1) => Math.max(...shapes.map((shape) => shape[axis]));
  const draw = (rows: number, columns: number, stream: number) =>
    tf.tensor2d(uniform(rows * columns, 1 / Math.sqrt(rank), randomGenerator(seed, stream)), [rows, columns]);
  const sharedA = draw(most(0), rank, 0);
  const sharedB = draw(rank, most(1), 1);
  const parts = kernels.map((carrier, index) => {
    const [rows, columns] = shapes[index];
    const base = carrier.clone();
    const d = tf.tidy(() => tf.variable(tf.fill([rank], start)));
    const b = tf.tidy(() => tf.variable(tf.zeros([columns])));
    const A = () => tf.slice(sharedA, [0, 0], [rows, rank]);
    const B = () => tf.slice(sharedB, [0, 0], [rank, columns]);
    return {
      carrier,
      parameters: [d, b],
      constants: [base],
      weights: () => {
        const update = tf.matMul(A(), tf.mul(tf.mul(tf.reshape(d, [rank, 1]), B()), b));
        return tf.add(base, tf.reshape(update, carrier.shape));
      },
      pullback: (gradient: Tensor) => {
        const inner = tf.mul(tf.matMul(A(), tf.reshape(gradient, [rows, columns]), true), B());
        return [tf.sum(tf.mul(inner, b), 1), tf.sum(tf.mul(inner, tf.reshape(d, [rank, 1])), 0)];
      },
    };
  });
  return fromParts(`vera(${rank})`, model, parts, [sharedA, sharedB]);
}

/** vera in an experiment. */
export const veraMethod: MethodDefinition<"vera", VeraOptions, typeof OPTIONS> = {
  name: "vera",
  options: OPTIONS,
  make: vera,
};
