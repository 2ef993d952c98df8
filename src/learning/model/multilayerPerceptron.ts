import type { layers } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { tensorflow } from "../tensorflow/tensorflow";
import type { ChainModel } from "./blocksOf";
import { checkWhole } from "./checkWhole";
import { initialSeed } from "./initialSeed";
import { checkSmallModelOptions, SMALL_MODEL_OPTIONS, type SmallModelOptions } from "./smallModelOptions";

/** A fully connected ReLU network, inputs flattened: 784-200-200-10 is that of Li and others (2018), 199,210 parameters. */
export async function multilayerPerceptron(
  options: SmallModelOptions & { hidden?: readonly number[] } = {},
): Promise<ChainModel> {
  checkKeys("multilayerPerceptron", options, { ...SMALL_MODEL_OPTIONS, hidden: true });
  const { seed = 0, input = [28, 28, 1], classes = 10, hidden = [200, 200] } = options;
  if (!Array.isArray(hidden))
    throw new TypeError(
      `hidden must be a list of numbers of units, such as [200, 200]; got ${shown(hidden)}.`,
    );
  checkSmallModelOptions({ seed, input, classes });
  checkWhole(Object.fromEntries(hidden.map((units, i) => [`hidden[${i}]`, units])), 1);
  const tf = await tensorflow();
  const initial = (index: number) => tf.initializers.heUniform({ seed: initialSeed(seed, index) });
  const list: layers.Layer[] = [tf.layers.flatten({ name: "input/flatten", inputShape: [...input] })];
  hidden.forEach((units, i) => {
    const name = `hidden${i + 1}/dense`;
    list.push(tf.layers.dense({ name, units, activation: "relu", kernelInitializer: initial(i) }));
  });
  const head = { name: "head/dense", units: classes, kernelInitializer: initial(hidden.length) };
  list.push(tf.layers.dense({ ...head, activation: "softmax" }));
  return tf.sequential({ name: "mlp", layers: list });
}
