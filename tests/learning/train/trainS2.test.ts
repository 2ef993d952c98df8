import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it, vi } from "vitest";
import {
  dataset,
  lora,
  mnist,
  paperCNN,
  standardise,
  subset,
  tensorflow,
  trainS1,
  trainS2,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";

const { own } = disposedAfterEach();

/** A chain whose first layer has weights, and 20 rows of ten classes, of which S2 learns five first. */
async function small() {
  const tf = await tensorflow();
  const dense = (name: string, units: number, seed: number) => {
    const kernelInitializer = tf.initializers.heNormal({ seed });
    return tf.layers.dense({ name, units, inputShape: [4], kernelInitializer });
  };
  const model = own(tf.sequential({ layers: [dense("body", 4, 1), dense("head", 10, 2)] }));
  const images = Float32Array.from({ length: 80 }, (_, i) => Math.sin(i));
  const set = { images, labels: Uint8Array.from({ length: 20 }, (_, i) => i % 10) };
  const classes = [..."0123456789"];
  const parts = { train: set, test: set, validation: set, checksums: {} };
  return { model, data: dataset({ name: "small", shape: [4], classes, ...parts }) };
}
const recipe = { epochs: 1, batch: 10, train: ["head"] };

it("S1 trains 2.2×10⁶ parameters and S2 8.9×10⁴, and S2 leaves Blocks 1 and 3 as pre-training made them", async () => {
  const data = standardise(subset(await mnist(), { train: 200, test: 100 }));
  const options = { epochs: 1, batch: 100 };
  const [one, two] = [own(await paperCNN()), own(await paperCNN())];
  const s1 = await trainS1(one, data, options);
  expect(s1.parameters).toMatchObject({ trained: 2_196_138, trainedWithBatchNorm: 2_205_758 });
  expect(s1.result.trained).toBe(2_205_758);

  let pretrained: Record<string, Float32Array> = {};
  const pretrain = {
    epochs: 2,
    onEpoch: () => {
      pretrained = weightsByName(two);
    },
  };
  const s2 = await trainS2(two, data, { ...options, pretrain });
  expect(s2.parameters).toMatchObject({ trained: 88_906, trainedWithBatchNorm: 97_374 });
  expect(s2.result.trained).toBe(97_374);
  // Labels 0 to 4 are half of the balanced subset.
  expect(s2.pretraining?.steps).toBe(2);
  expect(s2.result.steps).toBe(2);
  const after = weightsByName(two);
  for (const name of Object.keys(after)) {
    const same = after[name].every((value, i) => value === pretrained[name][i]);
    expect(same, name).toBe(/^block[13]/.test(name));
  }
});

it("aborted in pre-training, S2 has no second part: no step, and none of the pre-training's accuracies", async () => {
  const { model, data } = await small();
  const controller = new AbortController();
  const onEpoch = () => controller.abort();
  for (const aborted of [
    await trainS2(model, data, { ...recipe, epochs: 2, signal: controller.signal, onEpoch }),
    await trainS2(model, data, { ...recipe, signal: AbortSignal.abort() }),
  ]) {
    expect(aborted.pretraining?.aborted).toBe(true);
    const trained = aborted.parameters.trainedWithBatchNorm;
    expect(aborted.result).toEqual({ epochs: [], steps: 0, seconds: 0, aborted: true, trained });
  }
});

it("S2 keeps the features of its second part where `cache` says, though its pre-training has none", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "s2-"));
  const read = vi.spyOn(fs, "readSync");
  try {
    const { model, data } = await small();
    const s2 = await trainS2(model, data, { ...recipe, cache: { memoryLimit: 0, folder } });
    expect(s2.result.steps).toBe(2);
    expect(read).toHaveBeenCalled();
    const { model: other } = await small();
    await trainS2(other, data, recipe);
    expect(weightsByName(model)).toEqual(weightsByName(other));
  } finally {
    read.mockRestore();
    fs.rmSync(folder, { recursive: true });
  }
});

it("S2 refuses a method, made before its pre-training, and changes nothing then", async () => {
  const { model, data } = await small();
  const method = own(lora(model, { rank: 1, layers: ["head"] }));
  const before = weightsByName(model);
  for (const options of [{ method }, { pretrain: { method } }] as object[]) {
    await expect(trainS2(model, data, { ...recipe, ...options })).rejects.toThrow(
      /got a method, .*pre-train/,
    );
  }
  expect(weightsByName(model)).toEqual(before);
});
