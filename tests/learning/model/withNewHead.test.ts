import type { LayersModel } from "@tensorflow/tfjs-node";
import { beforeAll, expect, it } from "vitest";
import {
  countModelParameters,
  paperCNN,
  type Tensorflow,
  tensorflow,
  weightsByName,
  withNewHead,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();

function graph(): LayersModel {
  const input = tf.input({ shape: [4] });
  const first = tf.layers.dense({ name: "body/first", units: 4 }).apply(input) as typeof input;
  const sum = tf.layers.add({ name: "body/add" }).apply([input, first]) as typeof input;
  const output = tf.layers.dense({ name: "head/dense", units: 3, activation: "softmax" }).apply(sum);
  return own(tf.model({ inputs: input, outputs: output as typeof input }));
}
const chain = async () => own(await paperCNN({ width: 0.125, seed: 2 }));

it.each([
  ["a chain", chain, /^block4\/fc3/],
  ["a graph", async () => graph(), /^head/],
])("%s keeps every weight before its head, and its head is new, by the seed alone", async (_, make, head) => {
  const model = await make();
  const before = weightsByName(model);
  const copy = own(await withNewHead(model, { classes: 7, seed: 5 }));
  const after = weightsByName(copy);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, values] of Object.entries(after)) {
    if (!head.test(name)) expect(values).toEqual(before[name]);
    else if (name.endsWith("kernel")) expect(new Set(values).size).toBeGreaterThan(values.length / 2);
  }
  expect(copy.outputs[0].shape).toEqual([null, 7]);
  expect(weightsByName(own(await withNewHead(model, { classes: 7, seed: 5 })))).toEqual(after);
  expect(weightsByName(own(await withNewHead(model, { classes: 7, seed: 6 })))).not.toEqual(after);
  copy.layers[1].setWeights(copy.layers[1].getWeights().map((weight) => tf.zerosLike(weight)));
  expect(weightsByName(model)).toEqual(before);
});

it("models without a dense layer, and numbers that are none, are refused", async () => {
  const pool = own(tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2] })] }));
  await expect(withNewHead(pool, { classes: 3 })).rejects.toThrow(/no dense layer/);
  await expect(withNewHead(graph(), { classes: 1 })).rejects.toThrow(/classes must be .* ≥ 2; got 1/);
  await expect(withNewHead(graph(), { classes: 3, seed: -1 })).rejects.toThrow(/seed must be/);
});

it("a nested model keeps its weights, each in its place, and what is frozen in it, at any depth", async () => {
  const nested = tf.sequential({
    name: "nested",
    layers: [
      tf.layers.dense({ name: "one", units: 6, inputShape: [6] }),
      tf.layers.batchNormalization({ name: "bn" }),
      tf.layers.dense({ name: "two", units: 6 }),
    ],
  });
  const input = tf.input({ shape: [6] });
  const inner = nested.apply(input) as typeof input;
  const output = tf.layers.dense({ name: "head", units: 2, activation: "softmax" }).apply(inner);
  const model = own(tf.model({ inputs: input, outputs: output as typeof input }));
  const body = (weights: Record<string, Float32Array>) =>
    Object.entries(weights).filter(([name]) => !name.startsWith("head"));
  for (const [frozen, trained] of [
    [[], 2 * 42 + 12 + 21],
    [[nested.layers[0]], 42 + 12 + 21],
    [[nested], 21],
  ] as const) {
    for (const layer of frozen) layer.trainable = false;
    const copy = own(await withNewHead(model, { classes: 3 }));
    expect(body(weightsByName(copy))).toEqual(body(weightsByName(model)));
    expect(countModelParameters(copy).trainedWithBatchNorm).toBe(trained);
  }
});
