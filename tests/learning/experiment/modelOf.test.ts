import { expect, it } from "vitest";
import type { Configuration } from "../../../src/learning";
import { modelOf } from "../../../src/learning/experiment/modelOf";
import { type ModelName, models } from "../../../src/learning/experiment/models";
import { disposedAfterEach } from "../../helpers/disposables";

const { own } = disposedAfterEach();
const names = Object.keys(models) as ModelName[];

const configuration = (model: Configuration["model"], seed = 0): Configuration => ({
  format: "experiment/1",
  data: { name: "mnist" },
  model,
  phases: [{ method: { name: "weights", train: "all" }, epochs: 1 }],
  seed,
});
const built = async (model: Configuration["model"], seed = 0) =>
  own(await modelOf(configuration(model, seed)));
type Model = Awaited<ReturnType<typeof built>>;
const numbers = (model: Model) => model.getWeights().map((weight) => Array.from(weight.dataSync()));

it.each(names)(
  "%s is the model of that name, for ten classes, and the seed decides its weights",
  async (name) => {
    const [one, again, other] = [await built({ name }), await built({ name }), await built({ name }, 1)];
    expect(one.name).toBe(name);
    expect(one.outputs[0].shape).toEqual([null, 10]);
    expect(numbers(again)).toEqual(numbers(one));
    expect(numbers(other)).not.toEqual(numbers(one));
  },
);

it("the paper's network has the width of its configuration", async () => {
  const narrow = await built({ name: "paper-cnn", width: 0.25 });
  expect(narrow.getLayer("block1/conv1").getWeights()[0].shape).toEqual([3, 3, 1, 8]);
});

it.each(names)("fixed filters leave nothing of the seed in %s, and its biases are 0", async (name) => {
  const kernels = "fixed-filters";
  const [one, other] = [await built({ name, kernels }), await built({ name, kernels }, 1)];
  expect(numbers(one)).toEqual(numbers(other));
  const withBias = one.layers.filter((layer) => /^(Conv2D|Dense)$/.test(layer.getClassName()));
  const biases = withBias.flatMap((layer) => Array.from(layer.getWeights()[1].dataSync()));
  expect(biases.length).toBeGreaterThan(50);
  expect(biases.filter((bias) => bias !== 0)).toEqual([]);
});
