import { describe, expect, it } from "vitest";
import {
  blocks,
  type Configuration,
  fit as fitModel,
  freeze,
  hashOf,
  type MethodConfiguration,
  multilayerPerceptron,
  readConfiguration,
  tensorflow,
  unfrozenWeights,
} from "../../../src/learning";
import { methodOf } from "../../../src/learning/experiment/methodOf";
import METHODS from "../../../src/learning/method/methods";
import { disposedAfterEach } from "../../helpers/disposables";
import { METHOD_CASES, noise, smallNetwork } from "../method/methodCases";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const network = async () => own(await multilayerPerceptron({ input: [2, 2, 1], hidden: [5], classes: 2 }));

const configuration = (method: MethodConfiguration, seed = 0): Configuration => ({
  format: "experiment/1",
  data: { name: "mnist" },
  model: { name: "mlp" },
  phases: [{ method, epochs: 1 }],
  seed,
});

describe("what a configuration says of a method is what its function takes", () => {
  it("every method is a case", () => {
    const names = METHOD_CASES.map(({ configuration: { name } }) => name);
    expect(names.sort()).toEqual(METHODS.map(({ name }) => name).sort());
    expect(new Set(names).size).toBe(METHODS.length);
  });

  for (const { configuration: method } of METHOD_CASES) {
    it(`${method.name}: each of its options is read, and makes a method that trains`, async () => {
      const { name, ...options } = method;
      const known = METHODS.find((one) => one.name === name)?.options ?? {};
      expect(Object.keys({ ...options, ...("seed" in known && { seed: 0 }) }).sort()).toEqual(
        Object.keys(known).sort(),
      );
      expect(readConfiguration(configuration(method))).toEqual(configuration(method));
      const model = own(smallNetwork(tf));
      const made = own(methodOf(model, method, 7));
      expect((await fitModel(model, noise(), { method: made })).epochs.length).toBe(1);
    });
  }
});

it("the seed of a run is that of what its methods draw", async () => {
  const drawn = async (seed: number) => [
    ...own(methodOf(await network(), { name: "lora", rank: 2 }, seed)).parameters[0].dataSync(),
  ];
  expect(await drawn(1)).toEqual(await drawn(1));
  expect(await drawn(1)).not.toEqual(await drawn(2));
  expect(() => readConfiguration(configuration({ name: "lora", rank: 2, seed: 1 } as never))).toThrow(
    /method\.seed must be absent/,
  );
});

it("VeRA's first d is an option of an experiment, and names another run where it is not 0.1", async () => {
  const start = async (method: MethodConfiguration) =>
    own(methodOf(await network(), method, 0)).parameters[0].dataSync()[0];
  expect(await start({ name: "vera", rank: 2 })).toBeCloseTo(0.1);
  expect(await start({ name: "vera", rank: 2, start: 0.5 })).toBe(0.5);
  const named = (more: object) => hashOf(configuration({ name: "vera", rank: 2, ...more }));
  expect(named({ start: 0.1 })).toBe(named({}));
  expect(named({ start: 0.5 })).not.toBe(named({}));
});

it("a configuration that lacks what decides its numbers, or has another method's option, does not compile", () => {
  // @ts-expect-error: the rank has no default in a configuration
  const without: MethodConfiguration = { name: "lora" };
  // @ts-expect-error: a pattern is no JSON
  const pattern: MethodConfiguration = { name: "lora", rank: 1, layers: /head/ };
  // @ts-expect-error: VeRA has no α
  const other: MethodConfiguration = { name: "vera", rank: 1, alpha: 2 };
  // @ts-expect-error: the run has the seed
  const seeded: MethodConfiguration = { name: "subset", count: 1, seed: 2 };
  for (const wrong of [without, pattern, other, seeded])
    expect(() => readConfiguration(configuration(wrong))).toThrow(/method\.(rank|layers|alpha|seed) must be/);
  expect(() => hashOf(configuration({ name: "magic" } as never))).toThrow(
    /method\.name must be one of "weights".*got "magic"/,
  );
});

it("blocks trains what freezing by hand does, and its unload gives the marks back", async () => {
  const [byHand, model] = [await network(), await network()];
  freeze(byHand, { train: ["head"] });
  const marks = model.layers.map(({ trainable }) => trainable);
  const method = own(blocks(model, ["head"]));
  expect(method.parameters.map(({ shape }) => shape)).toEqual(
    unfrozenWeights(byHand).parameters.map(({ shape }) => shape),
  );
  expect(model.layers.map(({ trainable }) => trainable)).toEqual(
    byHand.layers.map(({ trainable }) => trainable),
  );
  method.unload();
  expect(model.layers.map(({ trainable }) => trainable)).toEqual(marks);
});
