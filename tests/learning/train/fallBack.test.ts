import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const addon = fs.existsSync(path.resolve(__dirname, "../../../node_modules/@tensorflow/tfjs-node/lib"));

/** A small training without drop-out, whose masks differ between back ends; prints losses and how it computed. */
const CODE = `
const p = require("intrinsic-params");
(async () => {
  const tf = await p.tensorflow();
  const data = p.spirals({ train: 64, test: 64, noise: 0.02, seed: 1 });
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ name: "a/conv", inputShape: [1, 2, 1], filters: 6, kernelSize: 1, kernelInitializer: tf.initializers.heNormal({ seed: 1 }) }),
    tf.layers.averagePooling2d({ name: "a/average", poolSize: [1, 2], strides: 1, padding: "same" }),
    tf.layers.reshape({ name: "a/deep", targetShape: [1, 2, 3, 2] }),
    tf.layers.averagePooling3d({ name: "a/averages", poolSize: [1, 1, 2], strides: [1, 1, 2], padding: "same" }),
    tf.layers.reshape({ name: "a/flat", targetShape: [1, 2, 4] }),
    tf.layers.batchNormalization({ name: "a/bn" }),
    tf.layers.maxPooling2d({ name: "a/pool", poolSize: 1 }),
    tf.layers.flatten({ name: "a/flatten" }),
    tf.layers.dense({ name: "b/dense", units: 8, activation: "relu", kernelInitializer: tf.initializers.heNormal({ seed: 2 }) }),
    tf.layers.dense({ name: "c/head", units: 2, activation: "softmax", kernelInitializer: tf.initializers.heNormal({ seed: 3 }) }),
  ] });
  const numbers = [];
  for (const make of [() => { p.freeze(model, { train: "all" }); return p.unfrozenWeights(model); }, () => p.lora(model, { rank: 1 })]) {
    const method = make();
    const before = tf.memory().numTensors;
    const result = await p.fit(model, data, { epochs: 4, batch: 16, learningRate: 0.02, method });
    numbers.push(...result.epochs.flatMap(({ loss, testLoss }) => [loss, testLoss]), tf.memory().numTensors - before);
  }
  console.log(JSON.stringify({ backend: (await p.backendInfo()).backend, numbers }));
})();`;

it.skipIf(!addon)(
  "the fall-back trains to the same losses as the native library, and leaks nothing either",
  () => {
    const run = (backend: string) =>
      JSON.parse(
        execFileSync(process.execPath, ["-e", CODE], {
          encoding: "utf8",
          env: { ...process.env, INTRINSIC_PARAMS_BACKEND: backend },
        }),
      );
    const [native, portable] = [run("tensorflow"), run("javascript")];
    expect([native.backend, portable.backend]).toEqual(["tensorflow", "javascript"]);
    expect(native.numbers).toHaveLength(18);
    native.numbers.forEach((value: number, i: number) => {
      expect(portable.numbers[i], `number ${i}`).toBeCloseTo(value, 4);
    });
  },
);

/** Trains by each method from the same stored weights; prints which of them have changed, and what a method leaves. */
const KEEP = `
const p = require("intrinsic-params");
(async () => {
  const tf = await p.tensorflow();
  const data = p.spirals({ train: 32, test: 32, noise: 0.02, seed: 1 });
  const model = tf.sequential({ layers: [
    tf.layers.flatten({ name: "a/flatten", inputShape: [1, 2, 1] }),
    tf.layers.dense({ name: "b/dense", units: 8, activation: "relu", kernelInitializer: tf.initializers.heNormal({ seed: 2 }) }),
    tf.layers.batchNormalization({ name: "b/bn" }),
    tf.layers.dense({ name: "c/head", units: 2, activation: "softmax", kernelInitializer: tf.initializers.heNormal({ seed: 3 }) }),
  ] });
  const stored = p.weightsByName(model), copy = JSON.stringify(stored), changed = [];
  const ways = [
    () => { p.freeze(model, { train: "all" }); return p.unfrozenWeights(model); },
    () => p.headOnly(model), () => p.biasesOnly(model), () => p.batchNormOnly(model),
    () => p.lora(model, { rank: 1 }), () => p.vera(model, { rank: 2 }), () => p.randomSubset(model, { count: 9 }),
    () => p.randomSubspace(model, { dimension: 5 }), () => p.randomNetworks(model, { count: 3 }),
  ];
  for (const make of ways) {
    p.restoreWeights(tf, model, stored);
    const method = make();
    await p.fit(model, data, { epochs: 2, batch: 16, learningRate: 0.1, method });
    if (JSON.stringify(stored) !== copy) changed.push(method.name);
    const numbers = p.trainedNumbers({ model, method }), answers = (await p.predict(model, data.test)).probabilities;
    p.restoreWeights(tf, model, stored);
    p.restoreTrained({ model, method }, numbers);
    const again = (await p.predict(model, data.test)).probabilities;
    if (again.some((value, i) => value !== answers[i])) changed.push("answers of " + method.name);
  }
  console.log(JSON.stringify({ ways: ways.length, changed }));
})();`;

it("in the fall-back no method writes into weights that were stored, and trained numbers come back", () => {
  const out = execFileSync(process.execPath, ["-e", KEEP], {
    encoding: "utf8",
    env: { ...process.env, INTRINSIC_PARAMS_BACKEND: "javascript" },
  });
  expect(JSON.parse(out)).toEqual({ ways: 9, changed: [] });
}, 60_000);
