import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  evaluate,
  fashionMnist,
  runExperiment,
  selectLabels,
  splitValidation,
  standardise,
  storedBackbone,
  subset,
  weightsByName,
} from "../../../src/learning";
import { smallRun } from "../../helpers/smallRun";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "backbone-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const seed = 3;
const configuration = smallRun({ method: { name: "head" }, epochs: 1, batch: 50 }, seed);

it("a run leaves the network that its last phase started from, as good as its first phase says", async () => {
  expect(await storedBackbone(configuration, folder)).toBeUndefined();
  const { result } = await runExperiment(configuration, { results: folder, checkpoints: folder });
  const model = await storedBackbone(configuration, folder);
  const data = subset(await fashionMnist(), { train: 240, test: 60, seed });
  const { test } = selectLabels(
    standardise(splitValidation(data, { fraction: 1 / 6, seed })),
    [0, 1, 2, 3, 4],
  );
  if (!model) throw new Error("no backbone");
  expect((await evaluate(model, test)).accuracy).toBe(result?.phases[0].last?.testAccuracy);
  model.dispose();
});

it("a damaged backbone is named, and one of another network is not taken for it", async () => {
  const other = { ...configuration, seed: 4 };
  expect(await storedBackbone(other, folder)).toBeUndefined();
  const [name] = fs.readdirSync(folder).filter((file) => file.endsWith(".backbone"));
  const file = path.join(folder, name);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 10] ^= 1;
  fs.writeFileSync(file, bytes);
  await expect(storedBackbone(configuration, folder)).rejects.toThrow(name);
});

it("nothing is left of a network in TensorFlow's memory but what its owner disposes of", async () => {
  const { tensorflow } = await import("../../../src/learning/tensorflow/tensorflow");
  const tf = await tensorflow();
  const before = tf.memory().numTensors;
  fs.rmSync(folder, { recursive: true });
  await runExperiment(configuration, { results: folder, checkpoints: folder });
  const model = await storedBackbone(configuration, folder);
  expect(Object.keys(weightsByName(model as NonNullable<typeof model>)).length).toBeGreaterThan(20);
  model?.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
