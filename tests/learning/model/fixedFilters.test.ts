import fc from "fast-check";
import { expect, it } from "vitest";
import { fixedFilters, paperCNN, setFixedFilters, tensorflow } from "../../../src/learning";

const column = (kernel: Float32Array, outputs: number, o: number) =>
  Array.from({ length: kernel.length / outputs }, (_, row) => kernel[row * outputs + o]);
const dot = (a: readonly number[], b: readonly number[]) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

it("every output's kernel has squared norm 2, that of He's on average", () => {
  const sizes = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    inputs: fc.integer({ min: 1, max: 70 }),
    outputs: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(sizes, ({ size, inputs, outputs }) => {
      const kernel = fixedFilters([size, size, inputs, outputs]);
      for (let o = 0; o < outputs; o++) {
        const own = column(kernel, outputs, o);
        expect(dot(own, own)).toBeCloseTo(2, 4);
      }
    }),
    { numRuns: 50 },
  );
});

it("the outputs of a layer of the paper's CNN look at different things: their kernels are orthogonal", () => {
  for (const shape of [
    [3, 3, 32, 32],
    [3, 3, 32, 64],
    [3, 3, 64, 64],
    [1, 1, 512, 64],
    [1, 1, 4096, 512],
  ] as const) {
    const kernel = fixedFilters(shape);
    const outputs = shape[3];
    const columns = Array.from({ length: Math.min(outputs, 72) }, (_, o) => column(kernel, outputs, o));
    for (let a = 0; a < columns.length; a++)
      for (let b = 0; b < a; b++) expect(Math.abs(dot(columns[a], columns[b]))).toBeLessThan(1e-3);
  }
});

it("one channel gets nine filters with both signs", () => {
  const kernel = fixedFilters([3, 3, 1, 18]);
  for (let k = 0; k < 9; k++) expect(column(kernel, 18, k + 9)).toEqual(column(kernel, 18, k).map((x) => -x));
});

it("a model's kernels are set whatever its seed, and nothing else is: biases and BatchNorm keep what they have learnt", async () => {
  const tf = await tensorflow();
  const [one, other] = [await paperCNN({ seed: 1, width: 0.25 }), await paperCNN({ seed: 2, width: 0.25 })];
  // Nothing of a trained model is 0 any more.
  for (const model of [one, other])
    model.setWeights(model.getWeights().map((weight) => tf.tidy(() => weight.add(0.5))));
  const before = one.getWeights().map((weight) => Array.from(weight.dataSync()));
  setFixedFilters(one);
  setFixedFilters(other);
  one.getWeights().forEach((weight, i) => {
    const now = Array.from(weight.dataSync());
    expect(now).toEqual(Array.from(other.getWeights()[i].dataSync()));
    if (weight.shape.length === 1) expect(now).toEqual(before[i]);
    else expect(now).not.toEqual(before[i]);
  });
  one.dispose();
  other.dispose();
});
