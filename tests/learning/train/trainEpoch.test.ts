import type { layers, Tensor } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  evaluate,
  fit as fitModel,
  multilayerPerceptron,
  predict,
  radam,
  type Tensorflow,
  tensorflow,
  unfrozenWeights,
} from "../../../src/learning";
import { resident } from "../../../src/learning/batches/resident";
import { linksOf } from "../../../src/learning/passes/link";
import { passesOf } from "../../../src/learning/passes/passesOf";
import { trainEpoch } from "../../../src/learning/train/trainEpoch";
import { disposedAfterEach } from "../../helpers/disposables";
import { squares as data } from "../../helpers/squares";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();

describe("the order of the images", () => {
  /** The indices picked in three epochs. */
  async function picks(seed: number): Promise<number[][]> {
    const model = own(await multilayerPerceptron({ input: [2, 2, 1], classes: 2, hidden: [3] }));
    const method = unfrozenWeights(model);
    const optimizer = own(radam(tf, method.parameters));
    const images = own(resident(tf, data, data.train));
    const picked: number[][] = [[], [], []];
    for (const [i, seen] of picked.entries()) {
      const pick = (indices: Int32Array) => {
        seen.push(...indices);
        return images.pick(indices);
      };
      const train = { ...images, pick };
      const passes = own(passesOf(tf, linksOf(model)));
      const run = { passes, method, optimizer, train, batch: 6, seed, steps: 12, options: {}, step: 4 * i };
      await trainEpoch(run, i + 1, 0.01);
    }
    return picked;
  }

  it("has each image once an epoch, is drawn anew for each, and again by the same seed only", async () => {
    const [one, two, three] = await picks(1);
    for (const order of [one, two, three]) {
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
    expect(two).not.toEqual(one);
    expect(three).not.toEqual(two);
    expect(await picks(1)).toEqual([one, two, three]);
    expect((await picks(2))[0]).not.toEqual(one);
  });
});

it("a layer that throws leaves no tensor behind, in training, evaluation and prediction", async () => {
  let broken = false;
  class Breaking extends tf.layers.Layer {
    static className = "Breaking";
    override computeOutputShape(shape: number[]) {
      return shape;
    }
    override call(inputs: Tensor | Tensor[]) {
      if (broken) throw new Error("the layer broke");
      return [inputs].flat()[0];
    }
  }
  const list = [
    // The first, for TensorFlow.js itself leaves behind what the layers before a throw kept for their gradients.
    new Breaking({ inputShape: [2, 2, 1] }) as layers.Layer,
    tf.layers.flatten(),
    tf.layers.dense({ units: 2, activation: "softmax" }),
  ];
  const model = own(tf.sequential({ layers: list }));
  const calls = [
    () => fitModel(model, data, { batch: 5 }),
    () => evaluate(model, data.test, { batch: 5 }),
    () => predict(model, data.test, { batch: 5 }),
  ];
  for (const call of calls) {
    broken = false;
    await call();
    const before = tf.memory().numTensors;
    broken = true;
    await expect(call()).rejects.toThrow("the layer broke");
    expect(tf.memory().numTensors).toBe(before);
  }
});

it("a method that throws in the middle of a step leaves no tensor behind, and no step is counted", async () => {
  const model = own(await multilayerPerceptron({ input: [2, 2, 1], classes: 2, hidden: [3] }));
  const method = unfrozenWeights(model);
  const optimizer = own(radam(tf, method.parameters));
  const train = own(resident(tf, data, data.train));
  const passes = own(passesOf(tf, linksOf(model)));
  const run = { passes, optimizer, train, batch: 6, seed: 1, steps: 12, options: {}, step: 0 };
  await trainEpoch({ ...run, method }, 1, 0.01);
  const before = tf.memory().numTensors;
  const pullback = () => {
    throw new Error("the method broke");
  };
  const broken = { ...run, method: { ...method, pullback } };
  await expect(trainEpoch(broken, 2, 0.01)).rejects.toThrow("the method broke");
  expect(tf.memory().numTensors).toBe(before);
  expect(broken.step).toBe(0);
});
