import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormOnly,
  combine,
  type FitOptions,
  fit as fitModel,
  headOnly,
  loadTraining,
  lora,
  type Method,
  randomNetworks,
  randomSubset,
  randomSubspace,
  restoreWeights,
  saveTraining,
  type TrainingState,
  tensorflow,
  vera,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;
let file: string;
beforeAll(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "state-"));
  file = path.join(folder, "my.training");
  return () => fs.rmSync(folder, { recursive: true });
});

/** Kernels of 67,072 numbers, 256 statistics; automatic names, others for each model. */
function wide(seed = 1): LayersModel {
  const dense = (units: number, k: number) =>
    L.dense({ units, kernelInitializer: tf.initializers.heNormal({ seed: 10 * seed + k }) });
  const norm = L.batchNormalization({ momentum: 0.5 });
  return own(
    tf.sequential({
      layers: [L.flatten({ inputShape: [2, 2, 1] }), dense(128, 1), norm, dense(512, 2), dense(2, 3)],
    }),
  );
}
const recipe: FitOptions = { epochs: 4, batch: 5, learningRate: 0.01, keepBest: true, evaluateEvery: 1 };

type Case = { make: (model: LayersModel) => Method; frozen?: FitOptions["frozen"] };
const cases: Record<string, Case> = {
  lora: { make: (model) => lora(model, { rank: 1 }) },
  "lora, while statistics move": {
    make: (model) => lora(model, { rank: 1 }),
    frozen: { statistics: "moving" },
  },
  vera: { make: (model) => vera(model, { rank: 4 }) },
  randomNetworks: { make: (model) => randomNetworks(model, { count: 2 }) },
  randomSubset: { make: (model) => randomSubset(model, { count: 9 }) },
  randomSubspace: { make: (model) => randomSubspace(model, { dimension: 5 }) },
  "BatchNorm + lora": {
    make: (model) => combine(batchNormOnly(model), lora(model, { rank: 1 })),
  },
};

describe.each(Object.entries(cases))("the state of a training by %s", (_, { make, frozen }) => {
  it("takes kilobytes in its file, and goes on from there bit for bit on the model built again", async () => {
    const states: TrainingState[] = [];
    const whole = wide();
    const onCheckpoint = (state: TrainingState) => void states.push(state);
    const method = own(make(whole));
    await fitModel(whole, data, { ...recipe, method, frozen, onCheckpoint });
    await saveTraining(file, states[1]);
    const numbers = method.parameters.reduce((sum, { size }) => sum + size, 0);
    const all = Object.values(weightsByName(whole)).reduce((sum, { length }) => sum + length, 0);
    // Parameters, two moments, the best ones; statistics now and then; a header. Not 2 × all.
    expect(fs.statSync(file).size).toBeLessThan(4 * (4 * numbers + 2 * 256) + 3000);
    expect(fs.statSync(file).size).toBeLessThan(2 * all);

    const again = wide();
    const later: TrainingState[] = [];
    const options = { ...recipe, method: own(make(again)), frozen };
    await fitModel(again, data, {
      ...options,
      resume: await loadTraining(file),
      onCheckpoint: (state) => void later.push(state),
    });
    expect(Object.values(weightsByName(again))).toEqual(Object.values(weightsByName(whole)));

    // What is stored of a resumed training is as good, and so is what is kept in memory.
    await saveTraining(file, later[0]);
    for (const resume of [await loadTraining(file), later[0]]) {
      const third = wide();
      await fitModel(third, data, { ...recipe, method: own(make(third)), frozen, resume });
      expect(Object.values(weightsByName(third))).toEqual(Object.values(weightsByName(whole)));
    }
  });

  it("is refused on another backbone, and nothing is changed", async () => {
    const model = wide();
    let state: TrainingState | undefined;
    const onCheckpoint = (given: TrainingState) => {
      state = given;
    };
    await fitModel(model, data, { ...recipe, epochs: 1, method: own(make(model)), frozen, onCheckpoint });
    await saveTraining(file, state as TrainingState);
    const other = wide(2);
    const method = own(make(other));
    const before = weightsByName(other);
    await expect(
      fitModel(other, data, { ...recipe, method, frozen, resume: await loadTraining(file) }),
    ).rejects.toThrow(
      /belongs to a training on another backbone, or by another method .* build both as they were/,
    );
    expect(weightsByName(other)).toEqual(before);
  });
});

it("a training of the weights themselves is stored whole: it goes on whatever the new model's weights are", async () => {
  const states: TrainingState[] = [];
  const model = wide();
  const method = headOnly(model);
  await fitModel(model, data, { ...recipe, method, onCheckpoint: (state) => void states.push(state) });
  await saveTraining(file, states[1]);
  const other = wide(2);
  await fitModel(other, data, { ...recipe, method: headOnly(other), resume: await loadTraining(file) });
  expect(Object.values(weightsByName(other))).toEqual(Object.values(weightsByName(model)));
});

it("a state in memory holds all weights, and those of a file that it does not hold are said", async () => {
  const model = wide();
  const states: TrainingState[] = [];
  const method = own(lora(model, { rank: 1 }));
  await fitModel(model, data, {
    ...recipe,
    keepBest: false,
    method,
    onCheckpoint: (state) => void states.push(state),
  });
  const other = wide(2);
  restoreWeights(tf, other, states[3].weights);
  expect(Object.values(weightsByName(other))).toEqual(Object.values(weightsByName(model)));
  await saveTraining(file, states[3]);
  const stored = (await loadTraining(file)) as TrainingState;
  expect(() => restoreWeights(tf, other, stored.weights)).toThrow(/kernel needs 512 values; got none/);
});
