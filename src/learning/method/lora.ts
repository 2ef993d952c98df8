import type { LayersModel, Tensor2D } from "@tensorflow/tfjs-node";
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

/** r and α of W = W₀ + (α/r) A B (defaults 4 and r), the layers, and the seed of A. */
export type LoraOptions = WeightSelection & { rank?: number; alpha?: number; seed?: number };

const OPTIONS = {
  rank: required(whole(1)),
  alpha: optional(finite, ({ rank }) => rank),
  seed: SEED,
  layers: LAYERS,
} satisfies OptionsOf<LoraOptions>;

/**
 * Low-rank updates W = W₀ + (α/r) A B of kernels (of convolutions, dense, recurrent and embedding layers), A random,
 * B = 0 at first (LoRA: Hu and others 2022). A convolution's kernel is the matrix that multiplies its patches:
 * (height·width·in) × out, or (height·width) × out for a depthwise one. Trains r (m + out) numbers for an m × out
 * kernel; apart from that, all layers are frozen in its training.
 * @throws RangeError for a rank that is no whole number ≥ 1, a seed that is no whole number ≥ 0 and an α that is not
 *   finite, TypeError for an unknown option, Error where no selected layer has a kernel, and where the model holds what
 *   another such method learnt in these kernels: call its unload() or dispose() first.
 */
export function lora(model: LayersModel, options: LoraOptions = {}): Method {
  checkKeys("lora", options, OPTIONS);
  const { rank = 4, alpha = rank, seed = 0, layers } = options;
  checkWhole({ rank }, 1);
  checkSeeds({ seed });
  if (!Number.isFinite(alpha)) throw new RangeError(`alpha must be a finite number; got ${shown(alpha)}.`);
  const tf = loadedTensorflow();
  const kernels = kernelsOf(model, layers);
  Hold.refuseHeld("lora", kernels);
  const scale = tf.scalar(alpha / rank);
  const parts = kernels.map((carrier, index) => {
    const [rows, columns] = matrixShape(carrier);
    const base = carrier.clone();
    const a = tf.tidy(() =>
      tf.variable(
        tf.tensor2d(uniform(rows * rank, 1 / Math.sqrt(rows), randomGenerator(seed, index)), [rows, rank]),
      ),
    );
    const b = tf.tidy(() => tf.variable(tf.zeros([rank, columns]) as Tensor2D));
    return {
      carrier,
      parameters: [a, b],
      constants: [base],
      weights: () => tf.add(base, tf.reshape(tf.mul(tf.matMul(a, b), scale), carrier.shape)),
      pullback: (gradient: typeof base) => {
        const g = tf.mul(tf.reshape(gradient, [rows, columns]), scale);
        return [tf.matMul(g, b, false, true), tf.matMul(a, g, true)];
      },
    };
  });
  return fromParts(`lora(${rank})`, model, parts, [scale]);
}

/** lora in an experiment. */
export const loraMethod: MethodDefinition<"lora", LoraOptions, typeof OPTIONS> = {
  name: "lora",
  options: OPTIONS,
  make: lora,
};
