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

/** A small model's options, a factor on the channels 16, 32 and 64, and the length of the embedding. */
export type EmbeddingCNNOptions = SmallModelOptions & { width?: number; embedding?: number };

const OPTIONS: Record<keyof EmbeddingCNNOptions, true> = {
  ...SMALL_MODEL_OPTIONS,
  width: true,
  embedding: true,
};

/**
 * A convolutional network that ends in an embedding: convolutions 5×5 of 16 channels, 3×3 of 32 and 3×3 of 64 with ReLUs,
 * a max-pooling after the first and the second, a linear dense layer of `embedding` units and the head. So the head of
 * each class has embedding + 1 numbers. Ours: for backbones whose head alone is trained anew.
 */
export async function embeddingCNN(options: EmbeddingCNNOptions = {}): Promise<ChainModel> {
  checkKeys("embeddingCNN", options, OPTIONS);
  const { seed = 0, input = [28, 28, 1], classes = 10, width = 1, embedding = 80 } = options;
  checkSmallModelOptions({ seed, input, classes });
  checkWhole({ embedding }, 1);
  checkWidth(width);
  const tf = await tensorflow();
  const initial = initialKernels(tf, seed);
  const convolution = (index: number, kernelSize: number, channels: number, first?: object) =>
    tf.layers.conv2d({
      ...{ name: `conv${index + 1}/conv`, kernelSize, activation: "relu", ...first },
      ...{ filters: Math.max(1, Math.round(channels * width)), ...initial(index) },
    });
  return tf.sequential({
    name: "embedding-cnn",
    layers: [
      convolution(0, 5, 16, { inputShape: [...input] }),
      tf.layers.maxPooling2d({ name: "conv1/pool", poolSize: 2 }),
      convolution(1, 3, 32),
      tf.layers.maxPooling2d({ name: "conv2/pool", poolSize: 2 }),
      convolution(2, 3, 64),
      tf.layers.flatten({ name: "conv3/flatten" }),
      tf.layers.dense({ name: "embedding/dense", units: embedding, ...initial(3) }),
      tf.layers.dense({ name: "head/dense", units: classes, activation: "softmax", ...initial(4) }),
    ],
  });
}
