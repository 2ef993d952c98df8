import type { layers, Tensor } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import { type Tensorflow, tensorflow } from "../../src/backend";
import { type Dataset, dataset, type ImageSet } from "../../src/dataset/dataset";
import { multilayerPerceptron } from "../../src/model/smallModels";
import { chainOf } from "../../src/train/chainOf";
import { trainEpoch } from "../../src/train/epoch";
import { evaluate } from "../../src/train/evaluate";
import { fit as fitModel } from "../../src/train/fit";
import { linksOf } from "../../src/train/link";
import { unfrozenWeights } from "../../src/train/method";
import { predict } from "../../src/train/predict";
import { radam } from "../../src/train/radam";
import { resident } from "../../src/train/resident";
import { disposedAfterEach } from "../helpers/disposables";

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});
const { own } = disposedAfterEach();

const setOf = (count: number): ImageSet => ({
  images: Float32Array.from({ length: 4 * count }, (_, i) => Math.sin(i)),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
});
const data: Dataset = dataset({
  ...{ name: "squares", shape: [2, 2, 1], classes: ["a", "b"], checksums: {} },
  ...{ train: setOf(20), test: setOf(10) },
});

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
      const chain = own(chainOf(tf, linksOf(model)));
      const run = { chain, method, optimizer, train, batch: 6, seed, steps: 12, options: {}, step: 4 * i };
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
