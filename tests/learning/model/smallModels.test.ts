import type { LayersModel } from "@tensorflow/tfjs-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Dataset,
  evaluate,
  fit as fitModel,
  leNet,
  mnist,
  multilayerPerceptron,
  randomSubspace,
  standardise,
  subset,
  weightsByName,
} from "../../../src/learning";

let set: Dataset;
beforeAll(async () => {
  set = standardise(subset(await mnist(), { train: 200, test: 100 }));
});

const networks: [string, () => Promise<LayersModel>, number][] = [
  ["LeNet", leNet, 44_426],
  ["the network 784-200-200-10", multilayerPerceptron, 199_210],
];
for (const [name, make, total] of networks) {
  describe(`${name} in a random subspace, as intrinsic dimensions are measured`, () => {
    it("lowers its loss by exactly as many numbers as the subspace has dimensions", async () => {
      const model = await make();
      const method = randomSubspace(model, { dimension: 150, seed: 3 });
      const before = weightsByName(model);
      const start = await evaluate(model, set.train);
      const result = await fitModel(model, set, {
        method,
        epochs: 8,
        batch: 20,
        learningRate: 0.5,
        optimizer: {},
        evaluateEvery: 0,
      });
      expect(result).toMatchObject({ trained: 150, steps: 80 });
      expect(method.parameters.map(({ shape }) => shape)).toEqual([[150]]);
      const end = await evaluate(model, set.train);
      expect(end.loss).toBeLessThan(0.75 * start.loss);
      // All weights and biases moved, and by steps of 150 sizes at most, up to sign and rounding.
      const after = weightsByName(model);
      const moves = Object.keys(after).flatMap((key) =>
        Array.from(after[key], (value, i) => Math.abs(value - before[key][i])),
      );
      expect(moves).toHaveLength(total);
      const sizes = new Set(Array.from(method.parameters[0].dataSync(), Math.abs));
      expect(sizes.size).toBe(150);
      expect(moves.filter((move) => move === 0).length).toBeLessThan(0.01 * total);
      expect(distinct(moves)).toBeLessThanOrEqual(150);
      method.dispose();
      model.dispose();
    });
  });
}

/** How many values there are when those that rounding alone tells apart count once. */
function distinct(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  let count = 1;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] - sorted[i - 1] > 1e-6) count++;
  return count;
}
