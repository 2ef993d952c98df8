import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { afterEach, beforeAll, expect, it } from "vitest";
import { tensorflow } from "../../src/backend";
import { fashionMnist } from "../../src/dataset/fashionMnist";
import { standardise, subset } from "../../src/dataset/split";
import { loadTrained, saveTrained } from "../../src/experiment/trainedFile";
import { paperCNN } from "../../src/model/paperCNN";
import { evaluate } from "../../src/train/evaluate";
import { fit as fitModel } from "../../src/train/fit";
import { freeze } from "../../src/train/freeze";
import { lora } from "../../src/train/lora";
import { type Method, unfrozenWeights } from "../../src/train/method";
import { batchNormOnly, biasesOnly } from "../../src/train/partial";
import { randomSubset } from "../../src/train/randomSubset";
import { randomSubspace } from "../../src/train/randomSubspace";
import { restoreTrained, trainedNumbers } from "../../src/train/trainedNumbers";
import { weightsByName } from "../../src/train/trainingState";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "trained-"));
  return () => fs.rmSync(folder, { recursive: true });
});
const disposables: { dispose(): unknown }[] = [];
afterEach(() => {
  for (const item of disposables.splice(0)) item.dispose();
});
const backbone = async () => {
  await tensorflow();
  const model = await paperCNN({ width: 0.125, seed: 4 });
  disposables.push(model);
  return model;
};
const data = async () => standardise(subset(await fashionMnist(), { train: 60, test: 40 }));

const methods: Record<string, (model: LayersModel) => Method> = {
  "low-rank updates": (model) => lora(model, { rank: 1, seed: 2 }),
  "a random subspace": (model) => randomSubspace(model, { dimension: 9, seed: 2 }),
  "a random subset": (model) => randomSubset(model, { count: 50, seed: 2 }),
  biases: (model) => biasesOnly(model),
  "BatchNorm, whose statistics moved": (model) => batchNormOnly(model),
  "two blocks, statistics included": (model) => {
    freeze(model, { train: [2, 4] });
    return unfrozenWeights(model);
  },
};
for (const [name, make] of Object.entries(methods)) {
  it(`saved without the rest and put into an equal backbone, they predict the same: ${name}`, async () => {
    const set = await data();
    const model = await backbone();
    const method = make(model);
    await fitModel(model, set, { method, epochs: 2, batch: 20 });
    const file = path.join(folder, "numbers.trained");
    expect(await saveTrained(file, trainedNumbers({ model, method }))).toBe(fs.statSync(file).size);
    const other = await backbone();
    const same = make(other);
    restoreTrained({ model: other, method: same }, await loadTrained(file));
    expect(weightsByName(other)).toEqual(weightsByName(model));
    expect(await evaluate(other, set.test)).toEqual(await evaluate(model, set.test));
    const trained = method.parameters.reduce((sum, { size }) => sum + size, 0);
    // Four bytes a number, statistics of 1,206 features at most, and a header.
    expect(fs.statSync(file).size).toBeLessThan(4 * trained + 16_000);
    method.dispose();
    same.dispose();
  });
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
  await expect(loadTrained(path.join(folder, "none"))).rejects.toThrow(/there is no such file/);
  const wrong = path.join(folder, "wrong");
  fs.writeFileSync(wrong, "something else\n");
  await expect(loadTrained(wrong)).rejects.toThrow(
    /is damaged, or no file of "intrinsic-params trained numbers 1"/,
  );
  for (const each of [method, other, head]) each.dispose();
});
