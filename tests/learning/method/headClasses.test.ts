import { expect, it } from "vitest";
import { fit as fitModel, headClasses, tensorflow, weightsByName } from "../../../src/learning";
import { disposedAfterEach } from "../../helpers/disposables";
import { noise, smallNetwork } from "./methodCases";

const tf = await tensorflow();
const { own } = disposedAfterEach();

/** The column of a class in the head's kernel of 6×3, with its bias. */
function headOf(weights: Readonly<Record<string, Float32Array>>, column: number): number[] {
  const kernel = weights["c/head/kernel"];
  return [...Array.from({ length: 6 }, (_, row) => kernel[3 * row + column]), weights["c/head/bias"][column]];
}

it("of the head only the classes that are trained change, and outputs that are not told apart never win", async () => {
  const model = own(smallNetwork(tf));
  const before = weightsByName(model);
  const method = own(headClasses(model, { classes: [1], of: 2 }));
  const data = noise();
  const two = { ...data, train: { ...data.train, labels: data.train.labels.map((label) => label % 2) } };
  await fitModel(model, two, { epochs: 3, batch: 10, learningRate: 0.05, method });
  const after = weightsByName(model);
  expect(headOf(after, 0)).toEqual(headOf(before, 0));
  expect(headOf(after, 1)).not.toEqual(headOf(before, 1));
  expect(headOf(after, 2)).toEqual([...headOf(before, 2).slice(0, 6), -1e9]);
  const predicted = tf.tidy(() => model.predict(tf.randomNormal([200, 5, 5, 2], 0, 3, "float32", 1)));
  const chances = own(predicted as ReturnType<typeof tf.tensor>).dataSync();
  expect(chances.filter((_, i) => i % 3 === 2).every((chance) => chance === 0)).toBe(true);
});

it("classes that the head does not have, or twice, are refused with the value", () => {
  const model = own(smallNetwork(tf));
  const made = (options: object) => () => headClasses(model, options as never);
  expect(made({ classes: [0], of: 4 })).toThrow(/of must be a whole number from 2 to 3.*got 4/);
  expect(made({ classes: [2], of: 2 })).toThrow(/classes must be some of 0 … 1; got 2/);
  expect(made({ classes: [1, 1], of: 3 })).toThrow(/different classes; got \[1, 1\]/);
  expect(made({ classes: [], of: 3 })).toThrow(/different classes; got \[\]/);
});
