import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  biasesOnly,
  combine,
  evaluate,
  fit as fitModel,
  loadTraining,
  lora,
  restoreTrained,
  restoreWeights,
  saveTraining,
  type TrainingState,
  tensorflow,
  trainedNumbers,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;
/** Weights of their own for each model that is built, so that equal ones were restored. */
const anew = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });

/** Models whose layers have no names but TensorFlow.js's own, in whole or in part. */
const kinds: Record<string, (seed: number) => LayersModel> = {
  "a chain": (seed) =>
    tf.sequential({
      layers: [
        L.flatten({ inputShape: [2, 2, 1] }),
        L.dense({ units: 4, activation: "relu", ...anew(seed) }),
        L.batchNormalization({ momentum: 0.5 }),
        L.dense({ units: 4, activation: "relu", ...anew(seed + 1) }),
        L.batchNormalization({ momentum: 0.5 }),
        L.dense({ units: 2, ...anew(seed + 2) }),
      ],
    }),
  "named and unnamed layers by turns": (seed) =>
    tf.sequential({
      layers: [
        L.flatten({ inputShape: [2, 2, 1] }),
        L.dense({ name: "body/dense_3", units: 4, activation: "relu", ...anew(seed) }),
        L.dense({ units: 4, ...anew(seed + 1) }),
        L.batchNormalization({ name: "norm" }),
        L.dense({ units: 2, ...anew(seed + 2) }),
      ],
    }),
  "nested models": (seed) => {
    const part = (inputs: number, k: number) =>
      tf.sequential({
        layers: [
          L.dense({ inputShape: [inputs], units: 4, ...anew(seed + k) }),
          L.batchNormalization({ momentum: 0.5 }),
        ],
      });
    return tf.sequential({
      layers: [
        L.flatten({ inputShape: [2, 2, 1] }),
        part(4, 0),
        part(4, 1),
        L.dense({ units: 2, ...anew(seed + 2) }),
      ],
    });
  },
  "branches and shared layers": (seed) => {
    const input = tf.input({ shape: [2, 2, 1] });
    const flat = L.flatten().apply(input) as SymbolicTensor;
    const shared = L.dense({ units: 4, activation: "tanh", ...anew(seed) });
    const twice = shared.apply(shared.apply(flat)) as SymbolicTensor;
    const other = L.dense({ units: 4, ...anew(seed + 1) }).apply(flat) as SymbolicTensor;
    const sum = L.add().apply([twice, other]) as SymbolicTensor;
    const norm = L.batchNormalization({ momentum: 0.5 }).apply(sum);
    return tf.model({
      inputs: input,
      outputs: L.dense({ units: 2, ...anew(seed + 2) }).apply(norm) as SymbolicTensor,
    });
  },
  "layers in layers": (seed) =>
    tf.sequential({
      layers: [
        L.reshape({ targetShape: [2, 2], inputShape: [2, 2, 1] }),
        L.timeDistributed({ layer: L.dense({ units: 3, ...anew(seed) }) }),
        L.bidirectional({
          layer: L.gru({
            units: 2,
            ...anew(seed + 1),
            recurrentInitializer: tf.initializers.glorotNormal({ seed }),
          }) as never,
          mergeMode: "concat",
        }),
        L.batchNormalization({ momentum: 0.5 }),
        L.dense({ units: 2, ...anew(seed + 2) }),
      ],
    }),
};
const numbersIn = (model: LayersModel) => Object.values(weightsByName(model));
const recipe = { epochs: 2, batch: 5, learningRate: 0.05, keepBest: true };

describe.each(Object.entries(kinds))("a model built again in one process, %s", (_, build) => {
  it("has other automatic names, and takes the weights of the first by place", () => {
    const [one, two] = [own(build(1)), own(build(2))];
    const weights = weightsByName(one);
    expect(Object.keys(weightsByName(two))).not.toEqual(Object.keys(weights));
    expect(numbersIn(two)).not.toEqual(numbersIn(one));
    restoreWeights(tf, two, weights);
    expect(numbersIn(two)).toEqual(Object.values(weights));
  });

  it("resumes a training bit for bit, its best epoch included", async () => {
    const states: TrainingState[] = [];
    const whole = own(build(1));
    await fitModel(whole, data, { ...recipe, epochs: 4, onCheckpoint: (state) => void states.push(state) });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "again-"));
    const file = path.join(folder, "training");
    await saveTraining(file, states[1]);
    const again = own(build(9));
    await fitModel(again, data, { ...recipe, epochs: 4, resume: await loadTraining(file) });
    fs.rmSync(folder, { recursive: true });
    expect(numbersIn(again)).toEqual(numbersIn(whole));
  });

  it("takes an adapter with its moved statistics, which predicts the same", async () => {
    const make = (model: LayersModel) => own(combine(lora(model, { rank: 1 }), biasesOnly(model)));
    const frozen = { statistics: "moving" } as const;
    const [one, two] = [own(build(1)), own(build(1))];
    const method = make(one);
    await fitModel(one, data, { method, frozen, epochs: 2, batch: 5, learningRate: 0.05 });
    restoreTrained({ model: two, method: make(two), frozen }, trainedNumbers({ model: one, method, frozen }));
    expect(numbersIn(two)).toEqual(numbersIn(one));
    expect(await evaluate(two, data.test)).toEqual(await evaluate(one, data.test));
  });
});

describe("weights are refused, and nothing is changed", () => {
  const chain = (names: (string | undefined)[], units = 3) =>
    own(
      tf.sequential({
        layers: [
          L.flatten({ inputShape: [2, 2, 1] }),
          ...names.map((name, i) => L.dense({ name, units: i === names.length - 1 ? 2 : units })),
        ],
      }),
    );
  const refuses = (model: LayersModel, weights: Record<string, Float32Array>, message: RegExp) => {
    const before = weightsByName(model);
    expect(() => restoreWeights(tf, model, weights)).toThrow(message);
    expect(weightsByName(model)).toEqual(before);
  };

  it("where names that the user gave differ, and both are said", () => {
    refuses(
      chain(["body", "head"]),
      weightsByName(chain(["body", "tail"])),
      /head\/kernel needs 6 values; got none, and tail\/kernel, tail\/bias without a place here/,
    );
    refuses(
      chain(["body", undefined]),
      weightsByName(chain(["body", "tail"])),
      /Dense\d+\/kernel .* tail\/kernel/,
    );
  });

  it("where sizes differ at a place, and both names are said", () => {
    refuses(
      chain([undefined, undefined], 3),
      weightsByName(chain([undefined, undefined], 4)),
      /dense_Dense\d+\/kernel \(stored as dense_Dense\d+\/kernel\) needs 12 values; got 16/,
    );
    refuses(chain([undefined, undefined]), weightsByName(chain([undefined])), /needs 12 values; got 8/);
  });

  it("where automatic names stand in another order, so that name and place contradict", () => {
    const [a, b] = [L.dense({ units: 4 }), L.dense({ units: 4 })];
    const flat = () => L.flatten({ inputShape: [2, 2, 1] });
    const one = own(tf.sequential({ layers: [flat(), a, b] }));
    const weights = weightsByName(one);
    const names = Object.keys(weights);
    const turned = Object.fromEntries(
      [...names.slice(2), ...names.slice(0, 2)].map((name) => [name, weights[name]]),
    );
    refuses(one, turned, /Dense\d+\/kernel stands in another place of the model .*give them names/);
  });
});

it("a state whose weights have the sizes and not the shapes of a model's is refused, and nothing is changed", async () => {
  const build = (kernelSize: [number, number], filters: number) =>
    own(
      tf.sequential({
        layers: [
          L.conv2d({ inputShape: [4, 4, 1], filters, kernelSize, padding: "same", useBias: false }),
          L.flatten(),
          L.dense({ units: 2 }),
        ],
      }),
    );
  const images = Float32Array.from({ length: 16 * 10 }, (_, i) => Math.sin(i));
  const set = { images, labels: Uint8Array.from({ length: 10 }, (_, i) => i % 2) };
  const wide = { ...data, shape: [4, 4, 1], train: set, test: set, validation: set };
  const states: TrainingState[] = [];
  await fitModel(build([1, 4], 2), wide, { onCheckpoint: (state) => void states.push(state) });
  const model = build([2, 2], 2);
  const before = weightsByName(model);
  await expect(fitModel(model, wide, { epochs: 2, resume: states[0] })).rejects.toThrow(
    /conv2d_Conv2D\d+\/kernel was of shape 1×4×1×2; .* is 2×2×1×2/,
  );
  expect(weightsByName(model)).toEqual(before);
});

it("names that the user gave decide, in whatever order they were stored", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}(\/[a-z_]{1,6}\d?)?$/), { minLength: 2, maxLength: 5 }),
      (names) => {
        const model = tf.sequential({
          layers: names.map((name, i) => L.dense({ name, units: 3, inputShape: [3], ...anew(i + 1) })),
        });
        const weights = weightsByName(model);
        const zeros = Object.fromEntries(
          Object.keys(weights).map((name) => [name, weights[name].map(() => 0)]),
        );
        restoreWeights(tf, model, zeros);
        restoreWeights(tf, model, Object.fromEntries(Object.entries(weights).reverse()));
        const now = weightsByName(model);
        model.dispose();
        expect(now).toEqual(weights);
      },
    ),
    { numRuns: 20 },
  );
});
