import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { checkSeeds } from "../../common/checkSeeds";
import { whole } from "../../common/jsonCheck";
import { randomGenerator } from "../dataset/randomGenerator";
import { checkWhole } from "../model/checkWhole";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { Hold } from "./hold";
import { matrixShape } from "./matrixShape";
import { fromParts, kernelsOf, type Method, type WeightSelection } from "./method";
import { LAYERS, type MethodDefinition, type OptionsOf, required, SEED } from "./methodDefinition";
import { uniform } from "./uniform";

/** How many networks are combined (default 8), the layers, and the seed of the random ones. */
export type RandomNetworksOptions = WeightSelection & { count?: number; seed?: number };

const OPTIONS = {
  count: required(whole(1)),
  seed: SEED,
  layers: LAYERS,
} satisfies OptionsOf<RandomNetworksOptions>;

/**
 * Kernels as linear combinations W = Σₖ cₖ Wₖ of the kernels of `count` frozen networks: W₁ is the model's own, the
 * others are random with He's spread. Trains the coefficients of each layer, (1, 0, …, 0) at first. Apart from that,
 * all layers are frozen in its training. Takes `count` times the memory of the kernels.
 */
export function randomNetworks(model: LayersModel, options: RandomNetworksOptions = {}): Method {
  checkKeys("randomNetworks", options, OPTIONS);
  const { count = 8, seed = 0, layers } = options;
  checkWhole({ count }, 1);
  checkSeeds({ seed });
  const tf = loadedTensorflow();
  const kernels = kernelsOf(model, layers);
  Hold.refuseHeld("randomNetworks", kernels);
  const parts = kernels.map((carrier, index) => {
    const { size, shape } = carrier;
    const std = Math.sqrt(2 / matrixShape(carrier)[0]);
    const random = uniform((count - 1) * size, std, randomGenerator(seed, index));
    const basis = tf.tidy(() =>
      tf.concat([tf.reshape(carrier, [1, size]), tf.tensor2d(random, [count - 1, size])] as Tensor[], 0),
    );
    const start = Float32Array.from({ length: count }, (_, k) => (k === 0 ? 1 : 0));
    const coefficients = tf.tidy(() => tf.variable(tf.tensor2d(start, [1, count])));
    return {
      carrier,
      parameters: [coefficients],
      constants: [basis],
      weights: () => tf.reshape(tf.matMul(coefficients, basis as never), shape),
      pullback: (gradient: Tensor) => [
        tf.matMul(tf.reshape(gradient, [1, size]), basis as never, false, true),
      ],
    };
  });
  return fromParts(`networks(${count})`, model, parts);
}

/** randomNetworks in an experiment. */
export const randomNetworksMethod: MethodDefinition<"networks", RandomNetworksOptions, typeof OPTIONS> = {
  name: "networks",
  options: OPTIONS,
  make: randomNetworks,
};
