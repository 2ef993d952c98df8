import type { layers } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { tensorflow } from "../tensorflow/tensorflow";
import type { ChainModel } from "./blocksOf";
import { checkWhole } from "./checkWhole";
import { initialSeed } from "./initialSeed";

/** What may differ from the paper's network. */
export type PaperCNNOptions = {
  /** Seed of the initial weights (He uniform). */
  seed?: number;
  /** Factor on the widths 32, 64, 512 and 64 of the paper; the number of classes stays. */
  width?: number;
  /** Number of classes, default 10. */
  classes?: number;
  /** Factor on the paper's drop-out rates 0.25, 0.25 and 0.5; 0 turns drop-out off. */
  dropout?: number;
  /**
   * Share of the old value that a moving statistic of BatchNorm keeps in one step; what PyTorch calls momentum is 1
   * minus this, 0.1 for 0.9.
   */
  momentum?: number;
  /** What BatchNorm adds to a variance. */
  epsilon?: number;
};

const OPTIONS: Record<keyof PaperCNNOptions, true> = {
  seed: true,
  width: true,
  classes: true,
  dropout: true,
  momentum: true,
  epsilon: true,
};

/**
 * The paper's network for 28×28 images (Table 1, in the order of its Fig. 4): four 3×3 convolutions and three
 * dense layers with ReLU, BatchNorm, drop-out and one max-pooling, in `block1` (low-level features), `block2`
 * (high-level features), `block3` (initial classifier) and `block4` (final classifier).
 * Its BatchNorm has the conventions of TensorFlow.js, see `fit`.
 */
export async function paperCNN(options: PaperCNNOptions = {}): Promise<ChainModel> {
  checkKeys("paperCNN", options, OPTIONS);
  const { seed = 0, width = 1, classes = 10, dropout = 1, momentum = 0.9, epsilon = 1e-5 } = options;
  checkWhole({ seed }, 0);
  checkWhole({ classes }, 2);
  check("width", width, width > 0 && width <= 16, "in (0, 16]");
  check("dropout", dropout, dropout >= 0 && dropout < 2, "in [0, 2)");
  check("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)");
  check("epsilon", epsilon, epsilon > 0, "> 0");
  const tf = await tensorflow();
  const scaled = (units: number) => Math.max(1, Math.round(units * width));
  const list: layers.Layer[] = [];
  const initial = () => tf.initializers.heUniform({ seed: initialSeed(seed, list.length) });
  const conv = (name: string, filters: number, more = {}) =>
    tf.layers.conv2d({
      name,
      filters: scaled(filters),
      kernelSize: 3,
      kernelInitializer: initial(),
      ...more,
    });
  const dense = (name: string, units: number) =>
    tf.layers.dense({ name, units, kernelInitializer: initial() });
  const relu = (name: string) => tf.layers.activation({ name: `${name}-relu`, activation: "relu" });
  const batchNorm = (name: string) => tf.layers.batchNormalization({ name: `${name}-bn`, momentum, epsilon });
  const drop = (name: string, rate: number) =>
    tf.layers.dropout({ name: `${name}-dropout`, rate: rate * dropout });
  const add = (...more: layers.Layer[]) => list.push(...more);

  add(conv("block1/conv1", 32, { inputShape: [28, 28, 1] }), relu("block1/conv1"), batchNorm("block1/conv1"));
  add(conv("block1/conv2", 32), relu("block1/conv2"));
  add(tf.layers.maxPooling2d({ name: "block1/conv2-pool", poolSize: 2 }));
  add(drop("block1/conv2", 0.25), batchNorm("block1/conv2"));
  add(conv("block2/conv3", 64), relu("block2/conv3"), batchNorm("block2/conv3"));
  add(conv("block2/conv4", 64), relu("block2/conv4"), drop("block2/conv4", 0.25));
  add(tf.layers.flatten({ name: "block2/flatten" }), batchNorm("block2/conv4"));
  add(dense("block3/fc1", scaled(512)), relu("block3/fc1"), drop("block3/fc1", 0.5), batchNorm("block3/fc1"));
  add(dense("block4/fc2", scaled(64)), relu("block4/fc2"), batchNorm("block4/fc2"));
  add(dense("block4/fc3", classes), batchNorm("block4/fc3"));
  add(tf.layers.activation({ name: "block4/softmax", activation: "softmax" }));
  return tf.sequential({ name: "paper-cnn", layers: list });
}

function check(name: string, value: number, ok: boolean, expected: string): void {
  if (!ok || typeof value !== "number")
    throw new RangeError(`${name} must be ${expected}; got ${shown(value)}.`);
}
