import { checkKeys } from "../../common/checkKeys";
import { tensorflow } from "../tensorflow/tensorflow";
import type { ChainModel } from "./blocksOf";
import { checkWhole } from "./checkWhole";
import { initialKernels } from "./initialKernels";
import {
  checkSmallModelOptions,
  checkWidth,
  SMALL_MODEL_OPTIONS,
  type SmallModelOptions,
} from "./smallModelOptions";

/** A small model's options, a factor on the channels 16, 16 and 32, and the channels of the last convolution by themselves. */
export type SmallCNNOptions = SmallModelOptions & { width?: number; last?: number };

const OPTIONS: Record<keyof SmallCNNOptions, true> = {
  ...SMALL_MODEL_OPTIONS,
  width: true,
  last: true,
};

/**
 * A convolutional network without BatchNorm and drop-out, so that nothing in it moves but what is trained: convolutions
 * 5×5 of 16 channels, 3×3 of 16 and 3×3 of 32, a max-pooling after the first and the second, and one dense layer; ReLUs
 * between them. 10,266 parameters for images of 28×28. Ours, for few bits and short trainings.
 */
export async function smallCNN(options: SmallCNNOptions = {}): Promise<ChainModel> {
  checkKeys("smallCNN", options, OPTIONS);
  const { seed = 0, input = [28, 28, 1], classes = 10, width = 1 } = options;
  checkSmallModelOptions({ seed, input, classes });
  checkWidth(width);
  const { last = Math.max(1, Math.round(32 * width)) } = options;
  checkWhole({ last }, 1);
  const tf = await tensorflow();
  const initial = initialKernels(tf, seed);
  const channels = { filters: Math.max(1, Math.round(16 * width)), activation: "relu" as const };
  return tf.sequential({
    name: "small-cnn",
    layers: [
      tf.layers.conv2d({
        ...{ name: "conv1/conv", kernelSize: 5, inputShape: [...input] },
        ...channels,
        ...initial(0),
      }),
      tf.layers.maxPooling2d({ name: "conv1/pool", poolSize: 2 }),
      tf.layers.conv2d({ name: "conv2/conv", kernelSize: 3, ...channels, ...initial(1) }),
      tf.layers.maxPooling2d({ name: "conv2/pool", poolSize: 2 }),
      tf.layers.conv2d({ name: "conv3/conv", kernelSize: 3, ...channels, filters: last, ...initial(2) }),
      tf.layers.flatten({ name: "conv3/flatten" }),
      tf.layers.dense({ name: "head/dense", units: classes, activation: "softmax", ...initial(3) }),
    ],
  });
}
