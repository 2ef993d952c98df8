import type { LayersModel } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  evaluate,
  fit as fitModel,
  lora,
  multilayerPerceptron,
  predict,
  restoreWeights,
  type Tensorflow,
  tensorflow,
  weightsByName,
} from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();
const small = async () => own(await multilayerPerceptron({ input: [2, 2, 1], classes: 2, hidden: [6] }));

/** Fills the first layer's kernel. */
const fill = (model: LayersModel, value: number) =>
  model.getLayer("hidden1/dense").weights[0].write(own(tf.fill([4, 6], value)));
const unusable = "the weights are too large or not finite";

describe("weights that the last step of an epoch made infinite", () => {
  const heard: unknown[] = [];
  const hear = (what: unknown) => void heard.push(what);
  const listening = { batch: 20, onEpoch: hear, onCheckpoint: hear };

  it("stop the training before anyone hears of the epoch, evaluated or not", async () => {
    for (const evaluateEvery of [0, 1]) {
      const options = { ...listening, learningRate: 1e39, evaluateEvery };
      await expect(fitModel(await small(), data, options)).rejects.toThrow(
        /^After epoch 1: \S+ holds (NaN|-?Infinity), which is not finite: lower the learning rate \(1e\+39\)\.$/,
      );
    }
    expect(heard).toEqual([]);
  });

  it("give way to the best ones where those are kept", async () => {
    const model = await small();
    const seen: Record<string, Float32Array>[] = [];
    const options = {
      ...{ epochs: 3, batch: 20, keepBest: true, onEpoch: () => void seen.push(weightsByName(model)) },
      learningRate: (epoch: number) => (epoch < 3 ? 0 : 1e39),
    };
    await expect(fitModel(model, data, options)).rejects.toThrow(/^After epoch 3: /);
    expect(seen).toHaveLength(2);
    expect(weightsByName(model)).toEqual(seen[0]);
  });
});

it("a model whose weights are not finite, or too large to tell classes apart, is neither trained, evaluated nor asked", async () => {
  for (const value of [Number.NaN, 3e38]) {
    const model = await small();
    fill(model, value);
    await expect(evaluate(model, data.test)).rejects.toThrow(unusable);
    await expect(predict(model, data.test)).rejects.toThrow(unusable);
    await expect(fitModel(model, data)).rejects.toThrow(
      Number.isNaN(value)
        ? "Before the training: hidden1/dense/kernel holds NaN"
        : "The loss is NaN in step 1",
    );
  }
});

it("a method whose parameters are not finite trains nothing", async () => {
  const model = await small();
  const method = own(lora(model, { rank: 1, alpha: 0 }));
  method.parameters[0].assign(own(tf.fill(method.parameters[0].shape, Number.NaN)));
  await expect(fitModel(model, data, { method })).rejects.toThrow(
    /^Before the training: a parameter of lora\(1\) holds NaN/,
  );
});

it("stored weights that are not finite, of another name or of another size are refused, and nothing is changed", async () => {
  const model = await small();
  const before = weightsByName(model);
  const name = "hidden1/dense/kernel";
  const zeros = Object.fromEntries(
    Object.keys(before).map((key) => [key, new Float32Array(before[key].length)]),
  );
  const { [name]: _, ...missing } = zeros;
  const cases: [Record<string, Float32Array>, RegExp][] = [
    [
      { ...zeros, [name]: new Float32Array(24).fill(Number.NaN) },
      /hidden1\/dense\/kernel holds NaN, which is not finite/,
    ],
    [{ ...zeros, another: new Float32Array(1) }, /another needs no values; got 1/],
    [{ ...zeros, [name]: new Float32Array(23) }, /hidden1\/dense\/kernel needs 24 values; got 23/],
    [missing, /hidden1\/dense\/kernel needs 24 values; got none/],
  ];
  for (const [weights, message] of cases) {
    expect(() => restoreWeights(tf, model, weights)).toThrow(message);
    expect(weightsByName(model)).toEqual(before);
  }
});
