import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compare,
  createLattice,
  type Dyadic,
  dyadic,
  evaluateNetwork,
  fromNumber,
  hatNetwork,
  hatValue,
  multiply,
  nodeCount,
  nodeOfIndex,
  relu,
  scale,
  serpentineNodes,
  subtract,
} from "../../../src/theory";
import { anyLatticePoint, integer, latticeSizes, total } from "../expectations";

const ONE = dyadic(1n);

describe("the hat functions", () => {
  test.each([
    [1, 2],
    [1, 3],
    [2, 1],
    [2, 2],
    [3, 1],
    [3, 2],
    [4, 1],
  ] as const)(
    "d = %i, n = %i: they sum to 1, reproduce x, d + 1 of them at most are not 0, and the sum of hat·‖v − Kx‖² is that of t(1 − t)",
    (d, n) => {
      const grid = createLattice(d, n);
      const nodes = Array.from({ length: nodeCount(grid) }, (_, j) => nodeOfIndex(grid, j + 1));
      fc.assert(
        fc.property(anyLatticePoint(d, grid.K), (point) => {
          const x = point.map(fromNumber);
          const scaled = x.map((t) => scale(t, n));
          const hats = nodes.map((v) => hatValue(grid, v, x));
          expect(total(hats)).toEqual(ONE);
          scaled.forEach((t, i) => {
            expect(total(hats.map((hat, j) => multiply(hat, integer(nodes[j]![i]!))))).toEqual(t);
          });
          expect(hats.filter((hat) => hat.m !== 0n).length).toBeLessThanOrEqual(d + 1);
          const square = (t: Dyadic) => multiply(t, t);
          const far = total(
            hats.map((hat, j) =>
              multiply(hat, total(scaled.map((t, i) => square(subtract(t, integer(nodes[j]![i]!)))))),
            ),
          );
          const fractions = point.map((t) => {
            const k = Math.min(Math.floor(t * grid.K), grid.K - 1);
            return subtract(scale(fromNumber(t), n), integer(k));
          });
          expect(far).toEqual(total(fractions.map((t) => multiply(t, subtract(ONE, t)))));
          expect(compare(far, dyadic(BigInt(d), -2))).toBeLessThanOrEqual(0);
        }),
        { numRuns: 40 },
      );
    },
  );

  test.each([1, 2, 3, 4])("d = %i: the network of a hat is its closed form", (d) => {
    const grid = createLattice(d, 1);
    fc.assert(
      fc.property(
        anyLatticePoint(d, 2),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: d, maxLength: d }),
        (point, v) => {
          expect(evaluateNetwork(hatNetwork(grid, v), point)[0]).toEqual(
            hatValue(grid, v, point.map(fromNumber)),
          );
        },
      ),
    );
  });

  test("a bit takes the place of the 1: σ(θ − T) = θ·σ(1 − T) for T ≥ 0", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4, noNaN: true }), fc.constantFrom(0n, 1n), (spread, theta) => {
        const T = fromNumber(spread);
        expect(relu(subtract(dyadic(theta), T))).toEqual(multiply(dyadic(theta), relu(subtract(ONE, T))));
      }),
    );
  });

  test.each(latticeSizes)(
    "d = %i, n = %i: the serpentine visits every node once, neighbours in turn",
    (d, n) => {
      const grid = createLattice(d, n);
      const at: number[][] = [];
      serpentineNodes(grid).forEach((k, j) => {
        expect(at[k]).toBeUndefined();
        at[k] = nodeOfIndex(grid, j + 1);
      });
      expect(at.length).toBe(nodeCount(grid) + 1);
      for (let k = 2; k < at.length; k++)
        expect(at[k]!.reduce((sum, digit, i) => sum + Math.abs(digit - at[k - 1]![i]!), 0)).toBe(1);
    },
  );
});
