import { expect, it } from "vitest";
import { multilayerPerceptron } from "../../../src/learning";
import { initialSeed } from "../../../src/learning/model/initialSeed";

it("every layer of every seed starts from a seed of its own, never 0, the first hundred as they always did", () => {
  const seeds = [0, 1, 2, 99, 100, 10_485, 2 ** 31, 2 ** 32 - 1];
  const layers = [0, 1, 98, 99, 100, 101, 199, 200, 2 ** 20 - 1];
  const all = seeds.flatMap((seed) => layers.map((layer) => initialSeed(seed, layer)));
  expect(new Set(all).size).toBe(all.length);
  expect(all).not.toContain(0);
  expect(all.every(Number.isSafeInteger)).toBe(true);
  expect(initialSeed(3, 7)).toBe(308);
});

it("a deep network of one seed shares no kernel with one of the next", async () => {
  const hidden = new Array<number>(103).fill(3);
  const kernels = await Promise.all(
    [0, 1].map(async (seed) => {
      const model = await multilayerPerceptron({ seed, hidden, input: [1, 3, 1] });
      const found = model.layers.slice(1, -1).map((layer) => layer.getWeights()[0].dataSync().join());
      model.dispose();
      return found;
    }),
  );
  expect(new Set(kernels.flat()).size).toBe(206);
  await expect(multilayerPerceptron({ seed: 2 ** 32 })).rejects.toThrow(
    /seed must be a whole number from 0 to 2\^32 − 1; got 4294967296\./,
  );
});
