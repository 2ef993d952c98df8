import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { checkSeeds } from "../../common/checkSeeds";
import { whole } from "../../common/jsonCheck";
import { shown } from "../../common/shown";
import { permutation, randomGenerator } from "../dataset/randomGenerator";
import { isNative, loadedTensorflow } from "../tensorflow/tensorflow";
import { Hold } from "./hold";
import { fromParts, type Method, type Part, type WeightSelection, weightsAndBiases } from "./method";
import { LAYERS, type MethodDefinition, type OptionsOf, required, SEED } from "./methodDefinition";

/** How many weights and biases of the layers are trained, 1 to all, and the seed that draws them. */
export type RandomSubsetOptions = WeightSelection & { count: number; seed?: number };

const OPTIONS = {
  count: required(whole(1)),
  seed: SEED,
  layers: LAYERS,
} satisfies OptionsOf<RandomSubsetOptions>;

/**
 * Trains `count` weights and biases, drawn once from all of the selected layers except BatchNorm. Each set of them is
 * equally likely; all others stay as they are. Apart from that, all layers are frozen in its training.
 */
export function randomSubset(model: LayersModel, options: RandomSubsetOptions): Method {
  checkKeys("randomSubset", options, OPTIONS);
  const { count, seed = 0, layers } = options;
  checkSeeds({ seed });
  const tf = loadedTensorflow();
  const carriers = weightsAndBiases(model, layers);
  const total = carriers.reduce((sum, { size }) => sum + size, 0);
  if (!Number.isInteger(count) || count < 1 || count > total) {
    throw new RangeError(`count must be a whole number from 1 to ${total}; got ${shown(count)}.`);
  }
  Hold.refuseHeld("randomSubset", carriers);
  const chosen = permutation(total, randomGenerator(seed)).subarray(0, count).sort();
  const parts: Part[] = [];
  let from = 0;
  for (const carrier of carriers) {
    const end = from + carrier.size;
    const own = Int32Array.from(
      chosen.filter((i) => i >= from && i < end),
      (i) => i - from,
    );
    if (own.length > 0) parts.push(partOf(carrier, own));
    from = end;
  }
  return fromParts(`subset(${count})`, model, parts);

  function partOf(carrier: Variable, own: Int32Array): Part {
    const where = tf.tensor1d(own, "int32");
    const rows = tf.reshape(where, [own.length, 1]);
    const base = tf.reshape(carrier, [carrier.size]);
    const values = tf.tidy(() => tf.variable(tf.gather(base, where)));
    // tfjs 4.22's portable tensorScatterUpdate writes into the tensor that it is given, and so into all weights that
    // share its values.
    const replaced = () => {
      if (isNative()) return tf.tensorScatterUpdate(base, rows, values);
      const scattered = (some: Tensor) => tf.scatterND(rows, some, [carrier.size]);
      return tf.where(scattered(tf.onesLike(values)).cast("bool"), scattered(values), base);
    };
    return {
      carrier,
      parameters: [values],
      constants: [where, rows, base],
      weights: () => tf.reshape(replaced(), carrier.shape),
      pullback: (gradient: Tensor) => [tf.gather(tf.reshape(gradient, [carrier.size]), where)],
    };
  }
}

/** randomSubset in an experiment. */
export const randomSubsetMethod: MethodDefinition<"subset", RandomSubsetOptions, typeof OPTIONS> = {
  name: "subset",
  options: OPTIONS,
  make: randomSubset,
};
