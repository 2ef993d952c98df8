import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { beforeEach, describe, expect, it } from "vitest";
import {
  batchNormOnly,
  evaluate,
  type FitOptions,
  fit as fitModel,
  freeze,
  headOnly,
  lora,
  type Method,
  predict,
  restoreTrained,
  restoreWeights,
  tensorflow,
  trainedNumbers,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data, setOf } from "../../helpers/squares";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;
const dense = (name: string, units: number, seed: number) =>
  L.dense({ name, units, activation: "tanh", kernelInitializer: tf.initializers.heNormal({ seed }) });

/** Two models that share a layer, and one of its own. */
function models() {
  const input = tf.input({ shape: [2, 2, 1] });
  const flat = L.flatten().apply(input);
  const body = L.batchNormalization({ name: "norm" }).apply(dense("body", 4, 1).apply(flat));
  const ending = (name: string, from: unknown) =>
    L.dense({ name, units: 2, kernelInitializer: tf.initializers.heNormal({ seed: 9 }) }).apply(
      from as SymbolicTensor,
    ) as SymbolicTensor;
  const one = tf.model({ inputs: input, outputs: ending("one", body) });
  const sharing = tf.model({ inputs: input, outputs: ending("two", body) });
  const apart = tf.model({ inputs: input, outputs: ending("three", flat) });
  // Layers are shared: their variables are disposed of, each once.
  const variables = [one, sharing, apart].flatMap(({ weights }) =>
    weights.map((weight) => weight.read() as Tensor),
  );
  own({ dispose: () => tf.dispose(variables) });
  return [one, sharing, apart];
}

let [one, sharing, apart]: LayersModel[] = [];
beforeEach(() => {
  [one, sharing, apart] = models();
});
const options: FitOptions = { epochs: 3, batch: 5, learningRate: 0.05 };

describe("while a model is trained", () => {
  it("another fit is refused, of it and of a model that shares its layers, and the first ends as it would alone", async () => {
    const alone = models()[0];
    await fitModel(alone, data, options);
    const first = fitModel(one, data, options);
    await expect(fitModel(one, data, options)).rejects.toThrow(
      /Another training cannot begin: layer body is being trained, .* Await that fit first/,
    );
    await expect(fitModel(sharing, data, options)).rejects.toThrow(/layer body is being trained/);
    await fitModel(apart, data, options);
    await first;
    expect(weightsByName(one)).toEqual(weightsByName(alone));
    await fitModel(sharing, data, options);
  });

  it("a call that gives its method to another model is refused, and the training by it goes on", async () => {
    const [alone, , other] = models();
    const reference = own(lora(alone, { rank: 1 }));
    const method = own(lora(one, { rank: 1 }));
    await fitModel(alone, data, { ...options, method: reference });
    const first = fitModel(one, data, { ...options, method });
    const numbers = trainedNumbers({ model: one, method });
    for (const wrong of [
      () => fitModel(other, data, { ...options, method }),
      async () => trainedNumbers({ model: other, method }),
      async () => restoreTrained({ model: other, method }, numbers),
    ])
      await expect(wrong()).rejects.toThrow(/no weight of this model: build it of this one/);
    await first;
    expect(weightsByName(one)).toEqual(weightsByName(alone));
    method.unload();
  });

  const inside: [string, (method: Method) => unknown][] = [
    ["another adapter", () => lora(sharing)],
    ["another selection", () => headOnly(one)],
    ["freezing", () => freeze(sharing, { train: "all" })],
    ["restoring weights", () => restoreWeights(tf, one, weightsByName(one))],
    [
      "restoring numbers",
      (method) => restoreTrained({ model: one, method }, trainedNumbers({ model: one, method })),
    ],
    ["unloading", (method) => method.unload()],
    ["disposing of the method", (method) => method.dispose()],
  ];
  for (const [name, act] of inside) {
    it(`what would change it is refused: ${name}`, async () => {
      const method = own(lora(one, { rank: 1 }));
      const onEpoch = () => expect(() => act(method)).toThrow(/is being trained/);
      const marks = one.layers.map(({ trainable }) => trainable);
      expect((await fitModel(one, data, { ...options, method, onEpoch })).epochs.length).toBe(3);
      expect(one.layers.map(({ trainable }) => trainable)).toEqual(marks);
    });
  }

  it("it answers in the fit's own callbacks, and a question across steps is refused, not answered by several models", async () => {
    const seen: number[] = [];
    const many = setOf(40);
    const onEpoch = async () => {
      seen.push((await evaluate(one, data.test, { batch: 3 })).accuracy);
      await predict(one, many, { batch: 7 });
    };
    const result = await fitModel(one, data, { ...options, onEpoch });
    expect(seen).toEqual(result.epochs.map(({ testAccuracy }) => testAccuracy));

    const going = fitModel(one, data, options);
    const message = /weights changed while (evaluate|predict) ran.* await the fit that trains it first/;
    const asked = [evaluate(one, many, { batch: 1 }), predict(one, many, { batch: 1 })];
    for (const question of asked) await expect(question).rejects.toThrow(message);
    await going;
  });
});

describe("after a training the model is free", () => {
  const endings: [string, (abort: AbortController) => Partial<FitOptions>, RegExp | undefined][] = [
    ["that ended", () => ({}), undefined],
    ["that was aborted", (abort) => ({ signal: abort.signal, onStep: () => abort.abort() }), undefined],
    [
      "whose callback threw",
      () => ({
        onStep: () => {
          throw new Error("mine");
        },
      }),
      /mine/,
    ],
    [
      "whose loss was not finite",
      () => ({ learningRate: 1e38, optimizer: { kind: "adam" } }),
      /lower the learning/,
    ],
    ["that was refused", () => ({ learningRate: () => Number.NaN }), /learning rate of epoch 1/],
  ];
  for (const [name, how, message] of endings) {
    it(name, async () => {
      const weights = weightsByName(one);
      const training = fitModel(one, data, { ...options, ...how(new AbortController()) });
      if (message) await expect(training).rejects.toThrow(message);
      else await training;
      restoreWeights(tf, one, weights);
      expect((await fitModel(sharing, data, options)).epochs.length).toBe(3);
      expect((await fitModel(one, data, { ...options, method: batchNormOnly(one) })).epochs.length).toBe(3);
    });
  }
});
