import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  combine,
  countModelParameters,
  type FitOptions,
  fit as fitModel,
  freeze,
  headOnly,
  lora,
  type Method,
  randomNetworks,
  randomSubset,
  randomSubspace,
  tensorflow,
  unfrozenWeights,
  vera,
} from "../../../src/learning";
import { allLayers } from "../../../src/learning/model/innerLayers";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "marks-"));
  return () => fs.rmSync(folder, { recursive: true });
});

/** Layers in models and in layers. */
function nested(): LayersModel {
  const inner = tf.sequential({
    layers: [
      L.dense({ name: "inner/dense", inputShape: [4], units: 4 }),
      L.batchNormalization({ name: "inner/norm" }),
      L.dropout({ name: "inner/dropout", rate: 0.1 }),
    ],
  });
  return own(
    tf.sequential({
      layers: [
        L.flatten({ name: "flat", inputShape: [2, 2, 1] }),
        inner,
        L.reshape({ name: "rows", targetShape: [2, 2] }),
        L.timeDistributed({ name: "each", layer: L.dense({ name: "each/dense", units: 3 }) }),
        L.flatten({ name: "flat2" }),
        L.dense({ name: "head", units: 2 }),
      ],
    }),
  );
}
const marks = (model: LayersModel) =>
  allLayers(model).map((layer: layers.Layer) => [
    layer.name,
    layer.trainable,
    ...layer.weights.map((weight) => weight.trainable),
  ]);
const flags = (model: LayersModel) => allLayers(model).map(({ name, trainable }) => [name, trainable]);

const methods: Record<string, (model: LayersModel) => Method> = {
  lora: (model) => lora(model, { rank: 1 }),
  vera: (model) => vera(model, { rank: 2 }),
  randomNetworks: (model) => randomNetworks(model, { count: 2 }),
  randomSubset: (model) => randomSubset(model, { count: 5 }),
  randomSubspace: (model) => randomSubspace(model, { dimension: 3 }),
  weights: unfrozenWeights,
  head: headOnly,
  biases: (model) => biasesOnly(model),
  batchNorm: (model) => batchNormOnly(model),
  "head + lora": (model) => combine(headOnly(model), lora(model, { rank: 1, layers: ["inner"] })),
};
const selections: Record<string, (model: LayersModel) => void> = {
  "as it was built": () => {},
  "of which one layer is trained": (model) => void freeze(model, { train: ["inner/dense", "head"] }),
  "of which a nested model was frozen as a whole": (model) => {
    model.layers[1].trainable = false;
  },
};

for (const [how, select] of Object.entries(selections)) {
  describe(`a model ${how}`, () => {
    for (const [name, make] of Object.entries(methods)) {
      it(`has the marks that it had before the training, in the training's callbacks too: ${name}`, async () => {
        const model = nested();
        select(model);
        const chosen = marks(model);
        const method = own(make(model));
        const adapter = !/head|biases|batchNorm/.test(name);
        // These freeze all others when they are made, as they say.
        if (adapter) expect(marks(model)).toEqual(chosen);
        const before = marks(model);
        const options: FitOptions = {
          method,
          batch: 5,
          epochs: 2,
          onEpoch: () => expect(marks(model)).toEqual(before),
        };
        await fitModel(model, data, { ...options, onStep: () => expect(marks(model)).toEqual(before) });
        expect(marks(model)).toEqual(before);
        method.unload();
        expect(marks(model)).toEqual(chosen);
      });
    }

    it("has them after trainings that were aborted, thrown out of or refused", async () => {
      const model = nested();
      select(model);
      const chosen = marks(model);
      const method = own(lora(model, { rank: 1 }));
      await fitModel(model, data, { method, signal: AbortSignal.abort() });
      const onStep = () => {
        throw new Error("mine");
      };
      await expect(fitModel(model, data, { method, onStep })).rejects.toThrow("mine");
      await expect(fitModel(model, data, { method, learningRate: () => -1 })).rejects.toThrow();
      expect(marks(model)).toEqual(chosen);
    });
  });
}

it.skipIf(!isNative())(
  "saved and loaded after a training, a model has the marks that its user gave it",
  async () => {
    const model = nested();
    freeze(model, { train: ["inner/dense", "head"] });
    const chosen = flags(model);
    const trained = countModelParameters(model);
    const method = own(lora(model, { rank: 1 }));
    await fitModel(model, data, { method, batch: 5 });
    const address = `file://${path.join(folder, "model")}`;
    await model.save(address);
    const loaded = own(await tf.loadLayersModel(`${address}/model.json`));
    // Of a nested model TensorFlow.js stores the marks of the layers and not its own.
    const told = (all: ReturnType<typeof flags>) =>
      all.filter(([name]) => !/^(sequential|each$)/.test(String(name)));
    expect(told(flags(loaded))).toEqual(told(chosen));
    expect(countModelParameters(loaded)).toEqual(trained);
  },
);
