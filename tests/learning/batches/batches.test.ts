import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  biasesOnly,
  evaluate,
  type FitOptions,
  fit as fitModel,
  freeze,
  predict,
  type TrainingState,
  tensorflow,
  weightsByName,
} from "../../../src/learning";
import { epochSize } from "../../../src/learning/batches/batches";
import { linksOf, normalises } from "../../../src/learning/passes/link";
import { disposedAfterEach } from "../../helpers/disposables";
import { greys } from "../../helpers/greys";

const tf = await tensorflow();
const { own } = disposedAfterEach();

const dense = (units: number, more = {}) =>
  tf.layers.dense({ units, kernelInitializer: tf.initializers.heNormal({ seed: units }), ...more });
const flatten = () => tf.layers.flatten({ inputShape: [6, 6, 1] });
const rows = () => tf.layers.reshape({ targetShape: [36, 1], inputShape: [6, 6, 1] });
const stacked = (...list: layers.Layer[]): LayersModel => own(tf.sequential({ layers: list }));
const norm = (name: string, more = {}) => tf.layers.batchNormalization({ name, momentum: 0.5, ...more });

/** BatchNorm where it has passes written out, where it has not, in a nested model and in a branch. */
const models: Record<string, () => LayersModel> = {
  chain: () => stacked(flatten(), dense(5), norm("norm"), dense(3)),
  images: () =>
    stacked(
      tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1] }),
      norm("norm"),
      tf.layers.flatten(),
      dense(3),
    ),
  sequences: () => stacked(rows(), norm("norm"), tf.layers.flatten(), dense(3)),
  nested: () =>
    stacked(flatten(), tf.sequential({ layers: [dense(5, { inputShape: [36] }), norm("norm")] }), dense(3)),
  branch: () => {
    const input = tf.input({ shape: [6, 6, 1] });
    const rows = flatten().apply(input) as typeof input;
    const branch = norm("norm").apply(dense(36).apply(rows)) as typeof input;
    return own(
      tf.model({
        inputs: input,
        outputs: dense(3).apply(tf.layers.add().apply([rows, branch])) as typeof input,
      }),
    );
  },
};
const train = (model: LayersModel, count: number, options: FitOptions) =>
  fitModel(model, { ...greys(), train: greys(count).train }, { learningRate: 0.01, ...options });

describe("a batch of one image under BatchNorm", () => {
  for (const [name, make] of Object.entries(models)) {
    it(`is refused before anything changes, by the name of the layer: ${name}`, async () => {
      const model = make();
      expect(linksOf(model).map(normalises).filter(Boolean)).toEqual(["norm"]);
      const before = weightsByName(model);
      for (const [count, options, message] of [
        [10, { batch: 1 }, /BatchNorm \(norm\) .*batch is 1: give a batch of 2 or more, or freeze/],
        [21, { batch: 10 }, /21 images by 10 leave a last batch of one: give dropLast: true or another/],
        [1, {}, /1 images? by 128 .*give more images/],
        [10, { batch: 1, dropLast: true }, /batch is 1/],
      ] as const) {
        await expect(train(model, count, options)).rejects.toThrow(message);
      }
      expect(weightsByName(model)).toEqual(before);
      expect((await train(model, 21, { batch: 10, dropLast: true })).steps).toBe(2);
      expect((await train(model, 20, { batch: 10 })).steps).toBe(2);
    });
  }

  it("is trained on where the layer is frozen, and refused where frozen statistics move", async () => {
    const model = models.chain();
    const method = biasesOnly(model);
    expect((await train(model, 21, { batch: 10, method })).steps).toBe(3);
    const frozen = { statistics: "moving" } as const;
    await expect(train(model, 21, { batch: 10, method, frozen })).rejects.toThrow(/last batch of one/);
    freeze(model, { train: "all" });
    await expect(train(model, 21, { batch: 10 })).rejects.toThrow(/last batch of one/);
  });

  it("is trained on without BatchNorm, and one image is evaluated and predicted with it", async () => {
    expect((await train(stacked(flatten(), dense(3)), 3, { batch: 1 })).steps).toBe(3);
    const model = models.chain();
    const one = greys(1).train;
    const all = await predict(model, greys().test);
    expect(Array.from((await predict(model, one)).probabilities)).toEqual(
      Array.from((await predict(model, one, { batch: 1 })).probabilities),
    );
    expect(Number.isFinite((await evaluate(model, one)).loss)).toBe(true);
    const score = await evaluate(model, greys().test, { batch: 1 });
    const right = all.labels.filter((label, i) => label === greys().test.labels[i]).length / 60;
    expect(score.accuracy).toBeCloseTo(right, 10);
  });
});

describe("dropLast", () => {
  it("leaves out less than a batch, and no more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 90 }), (count, batch) => {
        const [all, whole] = [epochSize(count, { batch }), epochSize(count, { batch, dropLast: true })];
        expect(all).toEqual({ images: count, steps: Math.ceil(count / batch) });
        expect(whole).toEqual({
          images: Math.floor(count / batch) * batch,
          steps: Math.floor(count / batch),
        });
      }),
    );
  });

  it("counts steps, rates and accuracies by the batches that there are, in the same order of images", async () => {
    const seen = async (dropLast: boolean) => {
      const steps: (readonly number[])[] = [];
      const rates: number[] = [];
      const model = stacked(flatten(), dense(3));
      const result = await train(model, 25, {
        epochs: 2,
        batch: 10,
        dropLast,
        learningRate: (epoch) => {
          rates.push(epoch);
          return 0.01;
        },
        onStep: ({ epoch, step, steps: all, loss }) => void steps.push([epoch, step, all, loss]),
      });
      return { steps, rates, result };
    };
    const [whole, dropped] = [await seen(false), await seen(true)];
    expect(whole.steps.map(([epoch, step, all]) => [epoch, step, all])).toEqual(
      [1, 2, 3, 4, 5, 6].map((step) => [step > 3 ? 2 : 1, step, 6]),
    );
    expect(dropped.steps.map(([epoch, step, all]) => [epoch, step, all])).toEqual(
      [1, 2, 3, 4].map((step) => [step > 2 ? 2 : 1, step, 4]),
    );
    expect(dropped.steps.slice(0, 2).map(([, , , loss]) => loss)).toEqual(
      whole.steps.slice(0, 2).map(([, , , loss]) => loss),
    );
    expect([...whole.rates, ...dropped.rates]).toEqual([1, 2, 1, 2]);
    expect([whole.result.steps, dropped.result.steps]).toEqual([6, 4]);
    const [epoch] = dropped.result.epochs;
    const [first, second] = dropped.steps.map(([, , , loss]) => loss);
    expect(epoch.loss).toBeCloseTo((first + second) / 2, 6);
    // Tenths of the 20 images that were seen.
    expect((20 * epoch.accuracy) % 1).toBeCloseTo(0, 10);
  });

  it("belongs to a stored training, and resumes bit for bit; states without it are as by default", async () => {
    const options = { batch: 10, dropLast: true } as const;
    const states: TrainingState[] = [];
    const whole = models.chain();
    await train(whole, 21, { ...options, epochs: 2, onCheckpoint: (state) => void states.push(state) });
    expect(states[0]).toMatchObject({ batch: 10, dropLast: true, step: 2 });
    const again = models.chain();
    await train(again, 21, { ...options, epochs: 2, resume: states[0] });
    expect(Object.values(weightsByName(again))).toEqual(Object.values(weightsByName(whole)));
    const resume = states[0];
    await expect(train(again, 21, { batch: 10, epochs: 2, resume })).rejects.toThrow(
      /taken with dropLast true; got false/,
    );
    const { dropLast: _, ...earlier } = resume;
    await expect(train(again, 20, { ...options, epochs: 2, resume: earlier })).rejects.toThrow(
      /taken with dropLast false; got true/,
    );
    await train(again, 20, { batch: 10, epochs: 2, resume: earlier });
  });

  it("is refused where it would leave no batch, and for what is no yes or no", async () => {
    const model = stacked(flatten(), dense(3));
    await expect(train(model, 9, { batch: 10, dropLast: true })).rejects.toThrow(
      /dropLast leaves none of 9 images, fewer than a batch of 10: give a smaller batch/,
    );
    await expect(train(model, 9, { dropLast: "yes" as never })).rejects.toThrow(
      /dropLast must be true or false; got "yes"/,
    );
  });
});
