import { checkKeys } from "../../common/checkKeys";
import { tensorflow } from "../tensorflow/tensorflow";
import type { ChainModel } from "./blocksOf";
import { initialKernels } from "./initialKernels";
import { checkSmallModelOptions, SMALL_MODEL_OPTIONS, type SmallModelOptions } from "./smallModelOptions";

/** LeNet in the form of Li and others (2018) for MNIST: convolutions 5×5 of 6 and 16 filters, dense 120, 84, 10; 44,426 parameters. */
export async function leNet(options: SmallModelOptions = {}): Promise<ChainModel> {
  checkKeys("leNet", options, SMALL_MODEL_OPTIONS);
  const { seed = 0, input = [28, 28, 1], classes = 10 } = options;
  checkSmallModelOptions({ seed, input, classes });
  const tf = await tensorflow();
  const initial = initialKernels(tf, seed);
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
