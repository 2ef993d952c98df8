import type { LayersModel, layers, Tensor } from "@tensorflow/tfjs-node";
import { beforeAll, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  countByBlock,
  countModelParameters,
  type Dataset,
  dataset,
  fit as fitModel,
  freeze,
  headOnly,
  lora,
  type Method,
  randomGenerator,
  restoreTrained,
  restoreWeights,
  type Tensorflow,
  type TrainingState,
  tensorflow,
  trainedBy,
  trainedNumbers,
  unfrozenWeights,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { disposables } = disposedAfterEach();

/** Two nested bases whose layers have the same names, each dense (20 + 4), BatchNorm (8 + 8); a head 4→3 (15). */
function twins(): LayersModel {
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const base = (name: string, inputs: number, seed: number) =>
    tf.sequential({
      name,
      layers: [
        tf.layers.dense({
          name: "dense",
          inputShape: [inputs],
          units: 4,
          activation: "relu",
          ...seeded(seed),
        }),
        tf.layers.batchNormalization({ name: "bn", momentum: 0.5 }),
      ],
    });
  return stacked(5, [
    base("a", 5, 1),
    base("b", 4, 2),
    tf.layers.dense({ name: "head", units: 3, activation: "softmax", ...seeded(3) }),
  ]);
}

function stacked(inputs: number, list: layers.Layer[]): LayersModel {
  const input = tf.input({ shape: [inputs], name: "input" });
  const outputs = list.reduce((x, layer) => layer.apply(x) as typeof input, input);
  const model = tf.model({ inputs: input, outputs });
  disposables.push(model);
  return model;
}

function rows(count = 60): Dataset {
  const random = randomGenerator(6);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const images = Float32Array.from({ length: 5 * count }, (_, at) => labels[Math.floor(at / 5)] + random());
  const set = { images, labels };
  const parts = { train: set, test: set, validation: set, checksums: {} };
  return dataset({ name: "rows", shape: [5], classes: ["0", "1", "2"], ...parts });
}

const predictions = (model: LayersModel) =>
  tf.tidy(() => Array.from((model.predict(tf.tensor(rows().test.images, [60, 5])) as Tensor).dataSync()));
const recipe = { batch: 20, learningRate: 0.05 };

it("equal names in two nested models are told apart: what is stored comes back, weight by weight", async () => {
  const model = twins();
  await fitModel(model, rows(), recipe);
  const stored = weightsByName(model);
  expect(Object.keys(stored)).toHaveLength(14);
  expect(Object.keys(stored).filter((name) => name.endsWith("#2"))).toHaveLength(6);
  const before = predictions(model);
  restoreWeights(tf, model, stored);
  expect(predictions(model)).toEqual(before);
  const other = twins();
  expect(predictions(other)).not.toEqual(before);
  // TensorFlow.js lists the weights of a nested model in another order where a part of it is frozen.
  (other.getLayer("a") as unknown as LayersModel).layers[0].trainable = false;
  other.getLayer("b").trainable = false;
  restoreWeights(tf, other, stored);
  expect(predictions(other)).toEqual(before);
  expect(weightsByName(other)).toEqual(stored);
});

it("a nested model resumes bit for bit, and ends with its best weights", async () => {
  const options = { ...recipe, epochs: 4, keepBest: true };
  const states: TrainingState[] = [];
  const whole = twins();
  await fitModel(whole, rows(), { ...options, onCheckpoint: (state) => void states.push(state) });
  const resumed = twins();
  await fitModel(resumed, rows(), { ...options, resume: states[1] });
  expect(predictions(resumed)).toEqual(predictions(whole));
});

it("statistics that moved inside of nested models belong to the trained numbers", async () => {
  const model = twins();
  const method = unfrozenWeights(model);
  await fitModel(model, rows(), { ...recipe, method });
  const numbers = trainedNumbers({ model, method });
  expect(Object.keys(numbers.statistics)).toHaveLength(4);
  const other = twins();
  restoreTrained({ model: other, method: unfrozenWeights(other) }, numbers);
  expect(predictions(other)).toEqual(predictions(model));
});

it("nested layers are counted by their kind and by what is frozen, from outside or inside", () => {
  const model = twins();
  const all = { total: 24 + 20 + 15, totalWithBatchNorm: 24 + 8 + 20 + 8 + 15, statistics: 16 };
  expect(countModelParameters(model)).toEqual({ ...all, trained: 59, trainedWithBatchNorm: 75 });
  expect(countByBlock(model)).toEqual({
    input: { total: 0, totalWithBatchNorm: 0 },
    a: { total: 24, totalWithBatchNorm: 32 },
    b: { total: 20, totalWithBatchNorm: 28 },
    head: { total: 15, totalWithBatchNorm: 15 },
  });
  freeze(model, { train: ["b", "head"] });
  (model.getLayer("b") as unknown as LayersModel).layers[0].trainable = false;
  expect(countModelParameters(model)).toEqual({ ...all, trained: 15, trainedWithBatchNorm: 23 });
});

it("methods find the layers of nested models in the model's order, whatever is frozen", () => {
  const model = twins();
  const free = lora(model, { rank: 1, seed: 3 });
  const start = free.parameters.map((parameter) => Array.from(parameter.dataSync()));
  freeze(model, { train: ["b"] });
  (model.getLayer("a") as unknown as LayersModel).layers[0].trainable = false;
  const again = lora(model, { rank: 1, seed: 3 });
  expect(again.parameters.map((parameter) => Array.from(parameter.dataSync()))).toEqual(start);
  disposables.push(free, again);
  expect(trainedBy(biasesOnly(model, { batchNorm: true }))).toBe(4 + 4 + 4 + 4 + 3);
});

it("the head may stand in a nested model", async () => {
  const head = tf.sequential({
    name: "top",
    layers: [tf.layers.dense({ name: "last", inputShape: [4], units: 3, activation: "softmax" })],
  });
  const base = tf.layers.dense({ name: "base", inputShape: [5], units: 4 });
  const model = stacked(5, [base, head]);
  const method = headOnly(model);
  expect(trainedBy(method)).toBe(15);
  const before = weightsByName(model);
  await fitModel(model, rows(), { ...recipe, method });
  const after = weightsByName(model);
  const changed = Object.keys(after).filter((name) => after[name].some((v, i) => v !== before[name][i]));
  expect(changed).toEqual(["last/kernel", "last/bias"]);
});

const changedBy = async (model: LayersModel, method: Method) => {
  const before = weightsByName(model);
  await fitModel(model, rows(), { ...recipe, method });
  const after = weightsByName(model);
  return Object.keys(after).filter((name) => after[name].some((v, i) => v !== before[name][i]));
};

it("BatchNorm inside of nested models is trained alone: scales, shifts and statistics there, and nothing else", async () => {
  const model = twins();
  const method = batchNormOnly(model);
  expect(trainedBy(method)).toBe(8 + 8);
  const names = ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => `bn/${name}`);
  expect((await changedBy(model, method)).sort()).toEqual([...names, ...names.map((n) => `${n}#2`)].sort());
});

it("layers inside of nested models are selected by their own names, blocks and patterns", async () => {
  const model = twins();
  const method = lora(model, { rank: 1, layers: ["bn", "dense"] });
  disposables.push(method);
  expect(method.carriers).toHaveLength(2);
  expect(lora(model, { rank: 1, layers: [/^den/] }).carriers).toEqual(method.carriers);
  expect(freeze(model, { train: ["dense"] })).toMatchObject({ trained: 24 + 20, trainedWithBatchNorm: 44 });
  expect((await changedBy(model, unfrozenWeights(model))).filter((name) => /bn|head/.test(name))).toEqual([]);
  expect(freeze(model, { train: ["a"] })).toMatchObject({ trained: 24, trainedWithBatchNorm: 32 });
  expect((await changedBy(model, unfrozenWeights(model))).filter((name) => /#2|head/.test(name))).toEqual([]);
  expect(freeze(model, { train: "all" })).toMatchObject({ trained: 59 });
});

it("a model frozen as a whole is frozen in the one that took its layers, each time that it is trained", async () => {
  const base = tf.sequential({
    layers: [
      tf.layers.dense({ name: "base/dense", units: 4, inputShape: [5] }),
      tf.layers.batchNormalization({ name: "base/bn", momentum: 0.5 }),
    ],
  });
  base.trainable = false;
  const outputs = tf.layers.dense({ name: "head", units: 3 }).apply(base.outputs[0]) as typeof base.outputs;
  const model = tf.model({ inputs: base.inputs, outputs });
  disposables.push(model);
  expect(countModelParameters(model)).toMatchObject({ trained: 15, trainedWithBatchNorm: 15 });
  const before = weightsByName(model);
  for (let k = 0; k < 2; k++) {
    expect((await fitModel(model, rows(), recipe)).trained).toBe(15);
    const after = weightsByName(model);
    const changed = Object.keys(after).filter((name) => after[name].some((v, i) => v !== before[name][i]));
    expect(changed).toEqual(["head/kernel", "head/bias"]);
  }
  expect(freeze(model, { train: "all" }).trained).toBe(24 + 15);
});
