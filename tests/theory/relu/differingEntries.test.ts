import { expect, test } from "vitest";
import { affine, differingEntries, dyadic, layer, reluNetwork } from "../../../src/theory";

const net = (weight: number, bias: number, name?: string) =>
  reluNetwork([
    layer({
      inputs: 2,
      width: 1,
      weights: [
        [0, 0, 1],
        [0, 1, weight, name],
      ],
      biases: [[0, bias]],
    }),
    affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] }).layers[0]!,
  ]);

test("equal networks differ nowhere, whether or not their layers are one object", () => {
  expect(differingEntries(net(2, 1), net(2, 1))).toEqual([]);
});

test("a weight, a bias, an entry that only one has, and a name that only one has are each reported at their place", () => {
  expect(differingEntries(net(2, 1, "a"), net(3, 1, "a"))).toEqual([
    { layer: 0, row: 0, column: 1, name: "a", values: [dyadic(1n, 1), dyadic(3n)] },
  ]);
  expect(differingEntries(net(2, 1), net(2, 5))).toMatchObject([
    { layer: 0, row: 0, column: "bias", name: undefined },
  ]);
  const without = reluNetwork([
    layer({ inputs: 2, width: 1, weights: [[0, 0, 1]], biases: [[0, 1]] }),
    affine({ inputs: 1, outputs: 1, weights: [[0, 0, 1]] }).layers[0]!,
  ]);
  expect(differingEntries(net(2, 1), without)).toMatchObject([
    { column: 1, values: [dyadic(1n, 1), dyadic(0n)] },
  ]);
  expect(differingEntries(net(2, 1, "a"), net(2, 1))).toMatchObject([{ column: 1, name: undefined }]);
});

test("networks of different shapes are refused with both shapes", () => {
  const wide = affine({
    inputs: 2,
    outputs: 2,
    weights: [
      [0, 0, 1],
      [1, 1, 1],
    ],
  });
  expect(() => differingEntries(net(1, 1), wide)).toThrow("2–1–1 and 2–2");
});
