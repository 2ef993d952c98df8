import type { LayersModel, Tensor, Tensor1D } from "@tensorflow/tfjs-node";
import { loadedTensorflow } from "../backend";
import { randomGenerator } from "../dataset/random";
import { type Method, type WeightSelection, weightsNamed } from "./method";
import { freezeAll } from "./partial";

/** The subspace's dimension d, 1 to the number of weights and biases of the layers, and the seed of P. */
export type RandomSubspaceOptions = WeightSelection & { dimension: number; seed?: number };

/**
 * Trains d coordinates θ of a random subspace, w = w₀ + Pθ over all D weights and biases of the selected layers
 * (Li and others 2018), θ = 0 at first. P has one entry ±1/√c in each row, at a random column that c rows share:
 * its columns are orthonormal, it takes 4 bytes a weight instead of 4·d, and Pθ is one look-up — sparser than
 * Li's, which is our choice. All layers are frozen otherwise.
 */
export function randomSubspace(
  model: LayersModel,
  { dimension, seed = 0, layers }: RandomSubspaceOptions,
): Method {
  const tf = loadedTensorflow();
  const carriers = weightsNamed(model, ["kernel", "bias"], layers);
  const total = carriers.reduce((sum, { size }) => sum + size, 0);
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > total) {
    throw new RangeError(`dimension must be a whole number from 1 to ${total}; got ${dimension}.`);
  }
  freezeAll(model);
  const { rows, scale } = projection(total, dimension, seed);
  const scales = tf.tensor1d(scale);
  const theta = tf.tidy(() => tf.variable(tf.zeros([dimension]) as Tensor1D));
  let from = 0;
  const parts = carriers.map((carrier) => {
    const where = tf.tensor1d(rows.subarray(from, from + carrier.size), "int32");
    from += carrier.size;
    return { carrier, where, base: carrier.clone() };
  });
  return {
    name: `subspace(${dimension})`,
    parameters: [theta],
    carriers,
    constants: [scales, ...parts.flatMap(({ where, base }) => [where, base])],
    write: () =>
      tf.tidy(() => {
        // Rows of sign −1 look their value up in the second half.
        const scaled = tf.mul(theta, scales);
        const signed = tf.concat([scaled, tf.neg(scaled)]);
        for (const { carrier, where, base } of parts) {
          carrier.assign(tf.add(base, tf.reshape(tf.gather(signed, where), carrier.shape)));
        }
      }),
    pullback: (gradients: readonly Tensor[]) => {
      const result = tf.tidy(() => {
        const sums = parts.map(({ where }, i) =>
          tf.unsortedSegmentSum(tf.reshape(gradients[i], [where.size]) as Tensor1D, where, 2 * dimension),
        );
        const [plus, minus] = tf.split(tf.addN(sums), 2);
        return tf.mul(tf.sub(plus, minus), scales);
      });
      for (const gradient of gradients) gradient.dispose();
      return [result];
    },
    dispose: () => {
      for (const tensor of [theta, scales, ...parts.flatMap(({ where, base }) => [where, base])])
        tensor.dispose();
    },
  };
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
  return { rows, scale: Float32Array.from(shared, (count) => (count > 0 ? 1 / Math.sqrt(count) : 0)) };
}
