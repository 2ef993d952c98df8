import type { layers } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { tensorflow } from "../tensorflow/tensorflow";
import type { ChainModel } from "./blocksOf";
import { checkWhole } from "./checkWhole";
import { initialSeed } from "./initialSeed";

/** Seed of the initial weights (He uniform), an image's height × width × channels, and the number of classes. */
type SmallOptions = { seed?: number; input?: readonly [number, number, number]; classes?: number };
const SMALL: Record<keyof SmallOptions, true> = { seed: true, input: true, classes: true };

/** A fully connected ReLU network, inputs flattened: 784-200-200-10 is that of Li and others (2018), 199,210 parameters. */
export async function multilayerPerceptron(
  options: SmallOptions & { hidden?: readonly number[] } = {},
): Promise<ChainModel> {
  checkKeys("multilayerPerceptron", options, { ...SMALL, hidden: true });
  const { seed = 0, input = [28, 28, 1], classes = 10, hidden = [200, 200] } = options;
  if (!Array.isArray(hidden))
    throw new TypeError(
      `hidden must be a list of numbers of units, such as [200, 200]; got ${shown(hidden)}.`,
    );
  checkOptions({ seed, input, classes });
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

/** LeNet in the form of Li and others (2018) for MNIST: convolutions 5×5 of 6 and 16 filters, dense 120, 84, 10; 44,426 parameters. */
export async function leNet(options: SmallOptions = {}): Promise<ChainModel> {
  checkKeys("leNet", options, SMALL);
  const { seed = 0, input = [28, 28, 1], classes = 10 } = options;
  checkOptions({ seed, input, classes });
  const tf = await tensorflow();
  const initial = (index: number) => ({
    kernelInitializer: tf.initializers.heUniform({ seed: initialSeed(seed, index) }),
  });
  const conv = { kernelSize: 5, activation: "relu" } as const;
  return tf.sequential({
    name: "lenet",
    layers: [
      tf.layers.conv2d({ name: "conv1/conv", filters: 6, inputShape: [...input], ...conv, ...initial(0) }),
      tf.layers.maxPooling2d({ name: "conv1/pool", poolSize: 2 }),
      tf.layers.conv2d({ name: "conv2/conv", filters: 16, ...conv, ...initial(1) }),
      tf.layers.maxPooling2d({ name: "conv2/pool", poolSize: 2 }),
      tf.layers.flatten({ name: "conv2/flatten" }),
      tf.layers.dense({ name: "hidden1/dense", units: 120, activation: "relu", ...initial(2) }),
      tf.layers.dense({ name: "hidden2/dense", units: 84, activation: "relu", ...initial(3) }),
      tf.layers.dense({ name: "head/dense", units: classes, activation: "softmax", ...initial(4) }),
    ],
  });
}

function checkOptions({ seed, input, classes }: Required<SmallOptions>): void {
  checkWhole({ seed }, 0);
  checkWhole({ classes }, 2);
  if (!Array.isArray(input) || input.length !== 3) {
    throw new RangeError(
      `input must be the height, width and channels of an image, such as [28, 28, 1]; got ${shown(input)}.`,
    );
  }
  checkWhole(Object.fromEntries(input.map((extent, i) => [`input[${i}]`, extent])), 1);
}
