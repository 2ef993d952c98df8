import type { LayersModel } from "@tensorflow/tfjs-node";
import { describe, expect, it } from "vitest";
import {
  batchNormOnly,
  biasesOnly,
  combine,
  evaluate,
  type FrozenBehaviour,
  fit as fitModel,
  freeze,
  headOnly,
  lora,
  type Method,
  randomNetworks,
  randomSubset,
  randomSubspace,
  restoreTrained,
  restoreWeights,
  tensorflow,
  trainedNumbers,
  unfrozenWeights,
  vera,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;

function small(): LayersModel {
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const model = own(
    tf.sequential({
      layers: [
        L.flatten({ inputShape: [2, 2, 1] }),
        L.dense({ name: "body/dense", units: 5, activation: "relu", ...seeded(1) }),
        L.batchNormalization({ name: "body/norm", momentum: 0.5 }),
        L.dense({ name: "head/dense", units: 2, ...seeded(2) }),
      ],
    }),
  );
  // A weight of −0: adding 0 makes it +0.
  const [kernel, bias] = model.getLayer("body/dense").getWeights();
  const values = kernel.dataSync().map((value, i) => (i === 0 ? -0 : value));
  tf.tidy(() => model.getLayer("body/dense").setWeights([tf.tensor(values, kernel.shape), bias]));
  return model;
}
const bits = (model: LayersModel) =>
  Object.values(weightsByName(model)).map((values) => [
    ...new Uint32Array(values.buffer, values.byteOffset, values.length),
  ]);
const marks = (model: LayersModel) => model.layers.map(({ trainable }) => trainable);
const others = {
  ...data,
  train: { ...data.train, images: data.train.images.map((x) => 3 * x + 1) as Float32Array },
};
const recipe = { epochs: 2, batch: 5, learningRate: 0.1 };
const moving: FrozenBehaviour = { statistics: "moving" };

const ways: Record<string, (model: LayersModel, seed: number) => Method> = {
  lora: (model, seed) => lora(model, { rank: 1, seed }),
  vera: (model, seed) => vera(model, { rank: 3, seed }),
  randomNetworks: (model, seed) => randomNetworks(model, { count: 3, seed }),
  randomSubset: (model, seed) => randomSubset(model, { count: 9, seed }),
  randomSubspace: (model, seed) => randomSubspace(model, { dimension: 5, seed }),
};
const all: typeof ways = {
  ...ways,
  head: headOnly,
  biases: (model) => biasesOnly(model),
  batchNorm: (model) => batchNormOnly(model),
  weights: unfrozenWeights,
  "lora + head": (model, seed) => combine(lora(model, { rank: 1, seed, layers: ["body"] }), headOnly(model)),
  "batchNorm + lora": (model, seed) => combine(batchNormOnly(model), lora(model, { rank: 1, seed })),
};

describe.each(Object.entries(all))("%s", (_, make) => {
  it("unloaded, gives the model back bit for bit, statistics and marks too, and written again what it learnt", async () => {
    const model = small();
    const [before, marked] = [bits(model), marks(model)];
    const method = own(make(model, 1));
    await fitModel(model, data, { ...recipe, method, frozen: moving });
    const after = bits(model);
    expect(after).not.toEqual(before);
    for (const _again of [1, 2]) {
      method.unload();
      method.unload();
      expect(bits(model)).toEqual(before);
      expect(marks(model)).toEqual(marked);
      method.write();
      expect(bits(model)).toEqual(after);
    }
  });

  it("is switched with another of its kind, each with the statistics that it moved", async () => {
    const model = small();
    const start = weightsByName(model);
    const runs: { method: Method; after: number[][]; score: unknown }[] = [];
    for (const [seed, set] of [
      [1, data],
      [2, others],
    ] as const) {
      restoreWeights(tf, model, start);
      freeze(model, { train: "all" });
      const method = own(make(model, seed));
      await fitModel(model, set, { ...recipe, method, frozen: moving });
      runs.push({ method, after: bits(model), score: await evaluate(model, data.test) });
    }
    expect(runs[1].after).not.toEqual(runs[0].after);
    for (const i of [0, 1, 1, 0]) {
      runs[i].method.write();
      expect(bits(model)).toEqual(runs[i].after);
      expect(await evaluate(model, data.test)).toEqual(runs[i].score);
    }
  });

  it("disposed of, leaves what it learnt as the model's own, on which the next one builds", async () => {
    const model = small();
    const method = make(model, 1);
    await fitModel(model, data, { ...recipe, method });
    method.dispose();
    freeze(model, { train: "all" });
    const after = bits(model);
    const next = own(make(model, 2));
    await fitModel(model, others, { ...recipe, method: next });
    next.unload();
    expect(bits(model)).toEqual(after);
  });
});

describe.each(Object.entries(ways))("%s", (name, make) => {
  it("is refused on what another learnt, and a fit without it too, until that is taken off or made the model's own", async () => {
    const model = small();
    const method = make(model, 1);
    await fitModel(model, data, { ...recipe, method });
    const after = bits(model);
    const tensors = tf.memory().numTensors;
    expect(() => make(model, 2)).toThrow(
      new RegExp(
        `^${name} would be built on what .* learnt.*: take that off by its unload\\(\\), or .* dispose\\(\\)`,
      ),
    );
    await expect(fitModel(model, data, recipe)).rejects.toThrow(/^The model holds .*: give fit that method/);
    expect(bits(model)).toEqual(after);
    expect(tf.memory().numTensors).toBe(tensors);
    method.unload();
    own(make(model, 2)).unload();
    method.write();
    expect(bits(model)).toEqual(after);
    method.dispose();
    own(make(model, 2));
    expect(marks(model).every(Boolean)).toBe(true);
  });
});

it("numbers of one adapter are restored where another is on: that is taken off first, and put back where they are refused", async () => {
  const model = small();
  const [first, second] = [own(lora(model, { rank: 1 })), own(lora(model, { rank: 2, seed: 5 }))];
  await fitModel(model, data, { ...recipe, method: first });
  first.write();
  const [after, numbers] = [bits(model), trainedNumbers({ model, method: first })];
  second.write();
  await fitModel(model, others, { ...recipe, method: second, frozen: moving });
  const [there, wrong] = [bits(model), { ...numbers, fingerprint: "0" }];
  expect(() => restoreTrained({ model, method: first }, wrong)).toThrow(/another backbone/);
  expect(bits(model)).toEqual(there);
  restoreTrained({ model, method: first }, numbers);
  expect(bits(model)).toEqual(after);
  second.write();
  expect(bits(model)).toEqual(there);
});

it("an adapter on a trained head is taken off without the head's training, in whatever order", async () => {
  const model = small();
  const before = bits(model);
  const head = headOnly(model);
  await fitModel(model, data, { ...recipe, method: head });
  const trained = bits(model);
  const adapter = own(lora(model, { rank: 1 }));
  await fitModel(model, others, { ...recipe, method: adapter });
  const adapted = bits(model);
  expect(() => head.unload()).toThrow(
    /^head is not what the model holds: .* was changed after it. Unload what changed it/,
  );
  expect(bits(model)).toEqual(adapted);
  adapter.unload();
  expect(bits(model)).toEqual(trained);
  adapter.write();
  expect(bits(model)).toEqual(adapted);
  adapter.unload();
  head.unload();
  expect(bits(model)).toEqual(before);
});
