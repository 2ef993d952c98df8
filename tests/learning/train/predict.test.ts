import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import {
  confusionMatrix,
  evaluate,
  leNet,
  normals,
  predict,
  randomGenerator,
  type Tensorflow,
  tensorflow,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();

/** A graph that ends in logits, without a softmax. */
function graph(): LayersModel {
  const L = tf.layers;
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const input = tf.input({ shape: [4] });
  const first = L.dense({ units: 4, activation: "tanh", ...seeded(1) }).apply(input) as typeof input;
  const sum = L.add().apply([input, first]) as typeof input;
  const output = L.dense({ units: 3, ...seeded(2) }).apply(sum) as typeof input;
  return tf.model({ inputs: input, outputs: output });
}

it("probabilities are those of the model itself, whatever the size of the batches", async () => {
  const model = own(await leNet({ seed: 3 }));
  const images = Float32Array.from(normals(23 * 784, randomGenerator(5)));
  const x = own(tf.tensor(images, [23, 28, 28, 1]));
  const expected = own(model.predict(x) as Tensor).dataSync();
  const tensors = tf.memory().numTensors;
  for (const batch of [1, 7, 500]) {
    const { probabilities, labels, classes } = await predict(model, { images }, { batch });
    expect(classes).toBe(10);
    for (const [i, p] of probabilities.entries()) expect(p).toBeCloseTo(expected[i], 5);
    for (const [i, label] of labels.entries()) {
      const row = probabilities.slice(10 * i, 10 * i + 10);
      expect(row[label]).toBe(Math.max(...row));
    }
  }
  expect(tf.memory().numTensors).toBe(tensors);
});

it("a graph that ends in logits gets probabilities, and its share of right labels is what evaluate says", async () => {
  const model = own(graph());
  const images = Float32Array.from(normals(60 * 4, randomGenerator(6)));
  const labels = Uint8Array.from({ length: 60 }, (_, i) => i % 3);
  const predicted = await predict(model, { images });
  for (let i = 0; i < 60; i++) {
    const sum = predicted.probabilities.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(1, 5);
  }
  const { accuracy } = confusionMatrix(labels, predicted.labels, ["a", "b", "c"]);
  expect(accuracy).toBeCloseTo((await evaluate(model, { images, labels })).accuracy, 10);
});

it("bytes, parts of images, NaN and batches of nothing are refused", async () => {
  const model = own(graph());
  await expect(predict(model, { images: new Uint8Array(4) })).rejects.toThrow(/standardise/);
  await expect(predict(model, { images: new Float32Array(6) })).rejects.toThrow(
    /4 values an image \(4\); got 6/,
  );
  await expect(predict(model, { images: Float32Array.of(1, 2, Number.NaN, 4) })).rejects.toThrow(
    /not finite/,
  );
  await expect(predict(model, { images: new Float32Array(4) }, { batch: 0 })).rejects.toThrow(/≥ 1; got 0/);
});

it("a confusion matrix counts every image once, in the row of its class; the diagonal is the accuracy", () => {
  const pair = fc.tuple(fc.nat(4), fc.nat(4));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 200 }), (pairs) => {
      const [truth, predicted] = [pairs.map(([t]) => t), pairs.map(([, p]) => p)];
      const { counts, accuracy } = confusionMatrix(truth, predicted, ["a", "b", "c", "d", "e"]);
      for (const [t, row] of counts.entries())
        for (const [p, count] of row.entries())
          expect(count).toBe(pairs.filter((pair) => pair[0] === t && pair[1] === p).length);
      expect(accuracy).toBe(pairs.filter(([t, p]) => t === p).length / pairs.length);
    }),
    { numRuns: 50 },
  );
  expect(() => confusionMatrix([0], [0, 1], ["a", "b"])).toThrow(/got 2 and 1/);
  expect(() => confusionMatrix([], [], ["a"])).toThrow(/one at least/);
  expect(() => confusionMatrix([0], [2], ["a", "b"])).toThrow(
    /predicted label 2 of image 0 is outside 0 … 1/,
  );
});
