import { createRequire } from "node:module";
import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-node";
import { beforeAll, expect, it } from "vitest";
import {
  evaluate,
  fit as fitModel,
  lora,
  predict,
  type Tensorflow,
  tensorflow,
  withNewHead,
} from "../../../src/learning";
import { checkModel } from "../../../src/learning/passes/checkModel";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();
const input = { inputShape: [2, 2, 1] };
const chain = (...rest: layers.Layer[]) =>
  own(tf.sequential({ layers: [tf.layers.flatten({ name: "in", ...input }), ...rest] }));
const dense = (options: object = {}) => tf.layers.dense({ name: "out", units: 2, ...options });

it("a model that is no classifier by logits or a closing softmax is refused, and what to do is said", () => {
  const L = tf.layers;
  const softmax = () => dense({ activation: "softmax" });
  const cases: [LayersModel, RegExp][] = [
    [
      chain(dense({ units: 1, activation: "sigmoid" })),
      /one output for each class, two or more; got the shape 1: end/,
    ],
    [
      chain(dense({ activation: "sigmoid" })),
      /out ends the model by sigmoid.*softmax or linear.*withNewHead/,
    ],
    [chain(dense(), L.activation({ name: "end", activation: "tanh" })), /end ends the model by tanh/],
    [
      chain(softmax(), L.reshape({ name: "end", targetShape: [2] })),
      /softmax of layer out is not the end .*end comes after/,
    ],
    [chain(softmax(), L.dropout({ name: "end", rate: 0.1 })), /softmax of layer out is not the end/],
    [chain(L.repeatVector({ n: 3 }), L.lstm({ units: 2, returnSequences: true })), /got the shape 3×2/],
    [
      own(tf.sequential({ layers: [L.globalAveragePooling2d({ inputShape: [null, null, 2] } as never)] })),
      /fixed input shape; got \?×\?×2: build it for one size/,
    ],
  ];
  for (const [model, message] of cases) expect(() => checkModel(model)).toThrow(message);

  const x = tf.input({ shape: [3] });
  const two = [1, 2].map((k) => dense({ name: `out${k}`, activation: "softmax" }).apply(x) as SymbolicTensor);
  const mean = own(
    tf.model({ inputs: x, outputs: L.average({ name: "mean" }).apply(two) as SymbolicTensor }),
  );
  expect(() => checkModel(mean)).toThrow(/softmax of layer out1 is not the end .* mean comes after/);
  expect(() => checkModel(tf.model({ inputs: x, outputs: two }))).toThrow(/one output; got 1 and 2/);

  const pooled = tf.sequential({
    layers: [
      L.conv2d({ name: "conv", filters: 3, kernelSize: 3, activation: "softmax", inputShape: [6, 6, 1] }),
      L.globalAveragePooling2d({ name: "pool" } as never),
    ],
  });
  expect(() => checkModel(own(pooled))).toThrow(/softmax of layer conv is not the end .* pool comes after/);
  const norm = chain(softmax(), L.batchNormalization({ name: "norm" }));
  expect(() => checkModel(norm)).toThrow(/softmax of layer out is not the end .* norm comes after/);
  const timed = chain(
    L.repeatVector({ n: 2 }),
    L.timeDistributed({ name: "timed", layer: dense({ name: "inner", activation: "softmax" }) }),
    L.globalAveragePooling1d({ name: "mean" }),
  );
  expect(() => checkModel(timed)).toThrow(/softmax of layer timed is not the end .* mean comes after/);

  const i = tf.input({ shape: [4] });
  const logits = dense({ name: "logits" }).apply(i) as SymbolicTensor;
  const both = tf.model({
    name: "both",
    inputs: i,
    outputs: [logits, L.softmax().apply(logits) as SymbolicTensor],
  });
  const y = tf.input({ shape: [4] });
  const [, second] = both.apply(y) as SymbolicTensor[];
  expect(() => checkModel(own(tf.model({ inputs: y, outputs: second })))).toThrow(/one of several of both/);
});

it("experts mixed by a softmax of gates are logits, and of a model of many sums each is looked at once", () => {
  const L = tf.layers;
  const x = tf.input({ shape: [4] });
  const gates = dense({ name: "gates", activation: "softmax" }).apply(x);
  const mixed = L.multiply().apply([gates, dense({ name: "expert" }).apply(x)] as SymbolicTensor[]);
  expect(() => checkModel(own(tf.model({ inputs: x, outputs: mixed as SymbolicTensor })))).not.toThrow();

  let sum = dense({ name: "first" }).apply(x) as SymbolicTensor;
  const visited: SymbolicTensor[] = [];
  for (let k = 0; k < 10; k++) {
    sum = L.add().apply([sum, L.reLU().apply(sum)] as SymbolicTensor[]) as SymbolicTensor;
    const [each, { inputs }] = [sum, sum];
    Object.defineProperty(each, "inputs", {
      get() {
        visited.push(each);
        return inputs;
      },
    });
  }
  const model = own(tf.model({ inputs: x, outputs: sum }));
  visited.length = 0;
  expect(() => checkModel(model)).not.toThrow();
  expect(new Set(visited).size).toBe(10);
  expect(visited).toHaveLength(10);
});

it("logits and a softmax at the end pass, whatever comes before, nested models included", () => {
  const L = tf.layers;
  const nested = tf.sequential({ layers: [dense({ inputShape: [4], activation: "softmax" })] });
  const models = [
    chain(dense()),
    chain(dense({ activation: "softmax" })),
    chain(dense(), L.softmax()),
    chain(dense({ name: "gate", activation: "softmax" }), dense()),
    chain(dense({ name: "gate", activation: "sigmoid" }), dense()),
    chain(nested),
  ];
  for (const model of models) expect(() => checkModel(model)).not.toThrow();
});

it("what is no model is refused before anything is asked of it, by fit, evaluate and predict", async () => {
  const promise = Promise.resolve(chain(dense())) as unknown as LayersModel;
  const expected = /Expected a LayersModel of TensorFlow.js; got a promise: await it/;
  await expect(fitModel(promise, data)).rejects.toThrow(expected);
  await expect(evaluate(promise, data.test)).rejects.toThrow(expected);
  await expect(predict(promise, data.test)).rejects.toThrow(expected);
  await expect(evaluate(undefined as never, data.test)).rejects.toThrow(/got undefined/);
  const binary = chain(dense({ units: 1, activation: "sigmoid" }));
  await expect(evaluate(binary, data.test)).rejects.toThrow(/two or more/);
  await expect(predict(binary, data.test)).rejects.toThrow(/two or more/);
});

it("a new head makes a classifier of a model that answered yes or no", async () => {
  const binary = chain(
    tf.layers.dense({ name: "hidden", units: 3 }),
    dense({ units: 1, activation: "sigmoid" }),
  );
  for (const layer of binary.layers) layer.trainable = false;
  const model = own(await withNewHead(binary, { classes: 2 }));
  expect(model.layers.map(({ trainable }) => trainable)).toEqual([false, false, true]);
  expect(model.layers[2].getConfig().activation).toBe("softmax");
  expect((await fitModel(model, data)).trained).toBe(3 * 2 + 2);
});

it("a model of another copy of TensorFlow.js is refused, whose layers would be taken for a user's own", async () => {
  const load = createRequire(createRequire(import.meta.url).resolve("@tensorflow/tfjs"));
  const path = load.resolve("@tensorflow/tfjs-layers");
  const kept = load.cache[path];
  delete load.cache[path];
  const other: Pick<Tensorflow, "sequential" | "layers"> = load("@tensorflow/tfjs-layers");
  load.cache[path] = kept;
  const layers = (L: Tensorflow["layers"]) => [
    L.flatten({ name: "copy/in", ...input }),
    L.dropout({ name: "copy/drop", rate: 0.5 }),
    L.dense({ name: "copy/out", units: 2 }),
  ];
  const foreign = own(other.sequential({ name: "foreign", layers: layers(other.layers) }));
  const message = /of the TensorFlow.js that this library has loaded; foreign is of another copy/;
  const tensors = tf.memory().numTensors;
  await expect(fitModel(foreign, data)).rejects.toThrow(message);
  await expect(evaluate(foreign, data.test)).rejects.toThrow(message);
  expect(() => lora(foreign)).toThrow(message);
  expect(tf.memory().numTensors).toBe(tensors);
});
