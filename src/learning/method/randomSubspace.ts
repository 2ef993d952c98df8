import type { LayersModel, Tensor, Tensor1D } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { checkSeeds } from "../../common/checkSeeds";
import { whole } from "../../common/jsonCheck";
import { shown } from "../../common/shown";
import { randomGenerator } from "../dataset/randomGenerator";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { Hold } from "./hold";
import { adapter, type Method, type WeightSelection, weightsAndBiases } from "./method";
import { LAYERS, type MethodDefinition, type OptionsOf, required, SEED } from "./methodDefinition";

/** The subspace's dimension d, 1 to the number of weights and biases of the layers, and the seed of P. */
export type RandomSubspaceOptions = WeightSelection & { dimension: number; seed?: number };

const OPTIONS = {
  dimension: required(whole(1)),
  seed: SEED,
  layers: LAYERS,
} satisfies OptionsOf<RandomSubspaceOptions>;

/**
 * Trains d coordinates θ of a random subspace, w = w₀ + Pθ over all D weights and biases of the selected layers
 * (Li and others 2018), θ = 0 at first. P has one entry ±1/√c in each row, at a random column that c rows share:
 * its columns are orthonormal, it takes 4 bytes a weight instead of 4·d, and Pθ is one look-up. That P is sparser than
 * Li's is our choice. Apart from θ, all layers are frozen in its training.
 */
export function randomSubspace(model: LayersModel, options: RandomSubspaceOptions): Method {
  checkKeys("randomSubspace", options, OPTIONS);
  const { dimension, seed = 0, layers } = options;
  checkSeeds({ seed });
  const tf = loadedTensorflow();
  const carriers = weightsAndBiases(model, layers);
  const total = carriers.reduce((sum, { size }) => sum + size, 0);
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > total) {
    throw new RangeError(`dimension must be a whole number from 1 to ${total}; got ${shown(dimension)}.`);
  }
  Hold.refuseHeld("randomSubspace", carriers);
  const { rows, scale } = projection(total, dimension, seed);
  const scales = tf.tensor1d(scale);
  const theta = tf.tidy(() => tf.variable(tf.zeros([dimension]) as Tensor1D));
  let from = 0;
  const parts = carriers.map((carrier) => {
    const own = rows.subarray(from, from + carrier.size);
    from += carrier.size;
    return { carrier, own, where: tf.tensor1d(own, "int32"), base: carrier.clone() };
  });
  return adapter(model, {
    name: `subspace(${dimension})`,
    parameters: [theta],
    carriers,
    constants: [scales, ...parts.flatMap(({ where, base }) => [where, base])],
    // Plain loops: TensorFlow's gather and segment sum take ten times as long for single numbers.
    make: () => {
      const coordinates = theta.dataSync();
      const signed = new Float32Array(2 * dimension); // rows of sign −1 look theirs up in the second half
      for (let k = 0; k < dimension; k++) {
        signed[k] = coordinates[k] * scale[k];
        signed[dimension + k] = -signed[k];
      }
      for (const { carrier, own, base } of parts) {
        const first = base.dataSync();
        const weights = new Float32Array(own.length);
        for (let i = 0; i < own.length; i++) weights[i] = first[i] + signed[own[i]];
        tf.tidy(() => carrier.assign(tf.tensor(weights, carrier.shape)));
      }
    },
    pullback: (gradients: readonly Tensor[]) => {
      const sums = new Float64Array(2 * dimension);
      for (const [i, { own }] of parts.entries()) {
        const gradient = gradients[i].dataSync();
        for (let j = 0; j < own.length; j++) sums[own[j]] += gradient[j];
        gradients[i].dispose();
      }
      return [tf.tensor1d(scale.map((value, k) => value * (sums[k] - sums[dimension + k])))];
    },
    dispose: () => {
      for (const tensor of [theta, scales, ...parts.flatMap(({ where, base }) => [where, base])])
        tensor.dispose();
    },
  });
}

/** For each row its column, plus d where the sign is −1; for each column 1/√(rows that share it). */
function projection(total: number, dimension: number, seed: number) {
  const random = randomGenerator(seed);
  const rows = new Int32Array(total);
  const shared = new Float64Array(dimension);
  for (let i = 0; i < total; i++) {
    const slot = Math.floor(random() * 2 * dimension);
    rows[i] = slot;
    shared[slot % dimension]++;
  }
  // A column that no row drew would train nothing: it takes a row from one that has several.
  for (let column = 0; column < dimension; column++) {
    while (shared[column] === 0) {
      const row = Math.floor(random() * total);
      const old = rows[row] % dimension;
      if (shared[old] === 1) continue;
      rows[row] += column - old;
      shared[old]--;
      shared[column]++;
    }
  }
  return { rows, scale: Float32Array.from(shared, (count) => 1 / Math.sqrt(count)) };
}

/** randomSubspace in an experiment. */
export const randomSubspaceMethod: MethodDefinition<"subspace", RandomSubspaceOptions, typeof OPTIONS> = {
  name: "subspace",
  options: OPTIONS,
  make: randomSubspace,
};
