import fc from "fast-check";
import { expect, it } from "vitest";
import {
  adapterInThreeNumbers,
  fit as fitModel,
  leNet,
  numbersOf,
  predict,
  quantiseNumbers,
  restoreTrained,
  tensorflow,
  trainedNumbers,
  vera,
  withRounding,
} from "../../../src/learning";
import { countParameters, differingEntries, evaluateNetwork, intrinsicParameters } from "../../../src/theory";

await tensorflow();

it("the network gives back every number exactly, from three intrinsic parameters", () => {
  const anyNumbers = fc.array(
    fc.array(fc.float({ noNaN: true, min: -1e4, max: 1e4 }), { minLength: 1, maxLength: 9 }),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(anyNumbers, fc.integer({ min: 1, max: 7 }), (numbers, width) => {
      const parameters = numbers.map((each) => Float32Array.from(each));
      const quantised = quantiseNumbers(parameters, { kind: "uniform", levels: 2 ** width });
      const three = adapterInThreeNumbers(quantised);
      expect(three.read()).toEqual(numbersOf(quantised));
      expect(countParameters(three.network).intrinsic).toBe(3);
      const { v, s, b } = three;
      expect(intrinsicParameters(three.network)).toEqual({ v, s, b });
      expect(three.bits).toEqual({ v: three.count * width, s: 16, b: 16 });
    }),
    { numRuns: 60 },
  );
});

it("apart from v, s and b the network is the same for all numbers", () => {
  const networks = [1, 2].map((seed) => {
    const numbers = Float32Array.from({ length: 12 }, (_, i) => Math.sin(seed * i) + seed);
    return adapterInThreeNumbers(quantiseNumbers([numbers], { kind: "uniform", levels: 8 })).network;
  });
  const names = differingEntries(networks[0], networks[1]).map(({ name }) => name);
  expect(new Set(names)).toEqual(new Set(["v", "s", "b"]));
});

it("between two places the network goes in a straight line of each bit, as Theorem 2.3's reader does", () => {
  const quantised = quantiseNumbers([Float32Array.of(0, 3)], { kind: "uniform", levels: 2 });
  const { network } = adapterInThreeNumbers(quantised);
  expect(evaluateNetwork(network, [1.5])).toEqual([{ m: 3n, e: -1 }]);
});

it("a LeNet with an adapter read from three numbers predicts as the quantised one did, bit for bit", async () => {
  const images = Float32Array.from({ length: 20 * 784 }, (_, i) => Math.sin(i * i));
  const set = { images, labels: Uint8Array.from({ length: 20 }, (_, i) => i % 10) };
  const digits = {
    ...{ name: "waves", shape: [28, 28, 1] as const, train: set, test: set, checksums: {} },
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
  };
  const blank = async () => {
    const model = await leNet({ seed: 5 });
    return { model, method: vera(model, { rank: 4, seed: 5 }) };
  };
  const { model, method } = await blank();
  const shortly = { epochs: 2, batch: 10, evaluateEvery: 0 };
  await fitModel(model, digits, { ...shortly, method });
  const rounded = withRounding(method, { kind: "uniform", levels: 8 });
  await fitModel(model, digits, { ...shortly, method: rounded });
  const three = adapterInThreeNumbers(rounded.quantised());

  const again = await blank();
  const start = trainedNumbers(again);
  restoreTrained(again, { ...start, parameters: three.read() });
  const here = await predict(model, set);
  const there = await predict(again.model, set);
  expect(there.probabilities).toEqual(here.probabilities);
  expect(three.bits.v).toBe(3 * three.count);
  expect(three.count).toBe(method.parameters.reduce((sum, { size }) => sum + size, 0));
}, 60_000);

it("refuses other quantisers", () => {
  const some = [Float32Array.of(1, 2)];
  for (const quantiser of [
    { kind: "learnt", levels: 8 },
    { kind: "uniform", levels: 6 },
    { kind: "uniform", levels: 8, perLayer: true },
  ] as const)
    expect(() => adapterInThreeNumbers(quantiseNumbers(some, quantiser))).toThrow(/one uniform quantiser/);
});
