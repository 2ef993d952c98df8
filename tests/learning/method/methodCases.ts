import {
  type ChainModel,
  type Dataset,
  dataset,
  type MethodConfiguration,
  randomGenerator,
  type Tensorflow,
} from "../../../src/learning";

/** A method with all options that an experiment may give, and what is right of it on `smallNetwork`. */
export type MethodCase = {
  readonly configuration: MethodConfiguration;
  readonly trained: number;
  /** Names of the weights that may change. */
  readonly changes: RegExp;
};

const layers = ["a", "b", "c"];
/** Every method of the list in src/learning/method/methods.ts. */
export const METHOD_CASES: readonly MethodCase[] = [
  { configuration: { name: "weights", train: ["a", "c"] }, trained: 76 + 8 + 21, changes: /^(a|c)\// },
  { configuration: { name: "head" }, trained: 21, changes: /c\/head/ },
  {
    configuration: { name: "head-classes", classes: [2, 0], of: 3 },
    trained: 14,
    changes: /c\/head/,
  },
  { configuration: { name: "batchNorm", layers }, trained: 8, changes: /a\/bn/ },
  { configuration: { name: "biases", layers, batchNorm: true }, trained: 17, changes: /(bias|beta)$/ },
  {
    configuration: { name: "lora", layers, rank: 2, alpha: -3 },
    trained: 2 * (22 + 42 + 9),
    changes: /kernel$/,
  },
  {
    configuration: { name: "vera", layers, rank: 5, start: 0.2 },
    trained: 3 * 5 + 13,
    changes: /kernel$/,
  },
  { configuration: { name: "subset", layers, count: 40 }, trained: 40, changes: /(kernel|bias)$/ },
  { configuration: { name: "subspace", layers, dimension: 25 }, trained: 25, changes: /(kernel|bias)$/ },
  { configuration: { name: "networks", layers, count: 4 }, trained: 12, changes: /kernel$/ },
];

/** conv 3×3×2→4 (76 numbers), BatchNorm (8), dense 36→6 (222), dense 6→3 (21). */
export function smallNetwork(tf: Tensorflow): ChainModel {
  const L = tf.layers;
  const seeded = (seed: number) => ({
    kernelInitializer: tf.initializers.heNormal({ seed }),
    biasInitializer: tf.initializers.randomNormal({ stddev: 0.2, seed }),
  });
  return tf.sequential({
    layers: [
      L.conv2d({ name: "a/conv", inputShape: [5, 5, 2], filters: 4, kernelSize: 3, ...seeded(1) }),
      L.batchNormalization({ name: "a/bn", momentum: 0.5 }),
      L.activation({ name: "a/relu", activation: "relu" }),
      L.flatten({ name: "a/flatten" }),
      L.dense({ name: "b/dense", units: 6, activation: "relu", ...seeded(2) }),
      L.dense({ name: "c/head", units: 3, activation: "softmax", ...seeded(3) }),
    ],
  });
}

/** Noise of the shape that `smallNetwork` takes, in three classes. */
export function noise(count = 30): Dataset {
  const random = randomGenerator(4);
  const images = Float32Array.from({ length: count * 50 }, () => random() * 2 - 1);
  const set = { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 3) };
  return dataset({
    name: "noise",
    shape: [5, 5, 2],
    classes: ["0", "1", "2"],
    train: set,
    test: set,
    checksums: {},
  });
}
