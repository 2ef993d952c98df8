import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { beforeAll, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  combine,
  type Dataset,
  evaluate,
  type FrozenBehaviour,
  fashionMnist,
  fit as fitModel,
  freeze,
  headOnly,
  loadTrained,
  lora,
  type Method,
  paperCNN,
  randomNetworks,
  randomSubset,
  randomSubspace,
  restoreTrained,
  saveTrained,
  standardise,
  subset,
  tensorflow,
  trainedNumbers,
  unfrozenWeights,
  vera,
  weightsByName,
} from "../../../src/learning";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";

const tf = await tensorflow();
/** The fall-back has no files of its own. */
const native = isNative();

let folder: string;
let set: Dataset;
beforeAll(async () => {
  set = standardise(subset(await fashionMnist(), { train: 60, test: 40 }));
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "trained-"));
  return () => fs.rmSync(folder, { recursive: true });
});
const { disposables } = disposedAfterEach();
const backbone = async () => {
  const model = await paperCNN({ width: 0.125, seed: 4 });
  disposables.push(model);
  return model;
};

type Case = { make: (model: LayersModel) => Method; frozen?: FrozenBehaviour };
const cases: Record<string, Case> = {
  "low-rank updates": { make: (model) => lora(model, { rank: 1, seed: 2 }) },
  "vectors between random matrices": { make: (model) => vera(model, { rank: 8, seed: 2 }) },
  "coefficients of random networks": { make: (model) => randomNetworks(model, { count: 3, seed: 2 }) },
  "a random subspace": { make: (model) => randomSubspace(model, { dimension: 9, seed: 2 }) },
  "a random subset": { make: (model) => randomSubset(model, { count: 50, seed: 2 }) },
  biases: { make: (model) => biasesOnly(model) },
  "the head": { make: headOnly },
  "the head, while frozen statistics moved": { make: headOnly, frozen: { statistics: "moving" } },
  "low-rank updates, while frozen statistics moved": {
    make: (model) => lora(model, { rank: 1, layers: [4], seed: 2 }),
    frozen: { statistics: "moving" },
  },
  "low-rank updates of one block and all biases": {
    make: (model) => combine(lora(model, { rank: 1, layers: [4], seed: 2 }), biasesOnly(model)),
  },
  "BatchNorm, whose statistics moved": { make: (model) => batchNormOnly(model) },
  "two blocks, statistics included": {
    make: (model) => {
      freeze(model, { train: [2, 4] });
      return unfrozenWeights(model);
    },
  },
};
for (const [name, { make, frozen }] of Object.entries(cases)) {
  it(`saved without the rest and put into an equal backbone, they predict the same: ${name}`, async () => {
    const model = await backbone();
    const method = make(model);
    await fitModel(model, set, { method, frozen, epochs: 2, batch: 20 });
    const file = path.join(folder, "numbers.trained");
    expect(await saveTrained(file, trainedNumbers({ model, method, frozen }))).toBe(fs.statSync(file).size);
    const other = await backbone();
    const same = make(other);
    restoreTrained({ model: other, method: same, frozen }, await loadTrained(file));
    expect(weightsByName(other)).toEqual(weightsByName(model));
    expect(await evaluate(other, set.test)).toEqual(await evaluate(model, set.test));
    const trained = method.parameters.reduce((sum, { size }) => sum + size, 0);
    // Four bytes a number, statistics of 1,206 features at most, and a header.
    expect(fs.statSync(file).size).toBeLessThan(4 * trained + 16_000);
    method.dispose();
    same.dispose();
  });

  it.skipIf(!native)(
    `saved by TensorFlow.js itself, the whole model predicts the same: ${name}`,
    async () => {
      const model = await backbone();
      const method = make(model);
      await fitModel(model, set, { method, frozen, batch: 20, evaluateEvery: 0 });
      method.dispose();
      const address = `file://${path.join(folder, "model")}`;
      await model.save(address);
      const loaded = await tf.loadLayersModel(`${address}/model.json`);
      const images = tf.tensor(set.test.images as Float32Array, [40, 28, 28, 1]);
      const predictions = [model, loaded].map((each) => each.predict(images) as Tensor);
      disposables.push(loaded, images, ...predictions);
      expect(predictions[1].dataSync()).toEqual(predictions[0].dataSync());
      // And in the passes of this library.
      expect(await evaluate(loaded, set.test)).toEqual(await evaluate(model, set.test));
      const plain = await backbone();
      expect(await evaluate(plain, set.test)).not.toEqual(await evaluate(model, set.test));
    },
  );
}

it("numbers of another method or another size, and files that are none, are refused", async () => {
  const model = await backbone();
  const method = lora(model, { rank: 1 });
  const numbers = trainedNumbers({ model, method });
  const other = lora(model, { rank: 2 });
  expect(() => restoreTrained({ model, method: other }, numbers)).toThrow(
    /trained by lora\(1\); the method here is lora\(2\)/,
  );
  const head = lora(model, { rank: 1, layers: [4] });
  expect(() => restoreTrained({ model, method: head }, numbers)).toThrow(/expected sizes .*; got/);
  const moved = { ...numbers, statistics: { "block1/conv1-bn/moving_mean": new Float32Array(4) } };
  expect(() => restoreTrained({ model, method }, moved)).toThrow(/do not fit this model: block1\/conv1-bn/);
  const moving = trainedNumbers({ model, method, frozen: { statistics: "moving" } });
  expect(() => restoreTrained({ model, method }, moving)).toThrow(/do not fit this model: block1\/conv1-bn/);
  await expect(loadTrained(path.join(folder, "none"))).rejects.toThrow(/there is no such file/);
  const wrong = path.join(folder, "wrong");
  fs.writeFileSync(wrong, "something else\n");
  await expect(loadTrained(wrong)).rejects.toThrow(
    /is damaged, or no file of "intrinsic-params trained numbers 1"/,
  );
  for (const each of [method, other, head]) each.dispose();
});
