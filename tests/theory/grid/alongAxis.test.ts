import fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  compare,
  createGrid,
  dyadic,
  equals,
  floor,
  fromNumber,
  isTrifling,
  multiply,
  subtract,
} from "../../../src/theory";
import { ONE, ZERO } from "../../../src/theory/exact/dyadic";
import { alongAxis } from "../../../src/theory/grid/grid";
import { hardCoordinates } from "../expectations";

const grids = [
  createGrid(1, 1, 0),
  createGrid(1, 4, 9),
  createGrid(1, 3, 40),
  createGrid(1, 6, 1000),
  createGrid(1, 24, 26),
];

test("the cube and the share of its strip are exact, at any float64 and at the strips' ends", () => {
  for (const grid of grids) {
    const { n, q, K } = grid;
    const scale = dyadic(1n, n);
    const width = dyadic(1n, n - q); // Kδ, a strip where a cube and its strip are 1 long
    const hard = n < 10 ? hardCoordinates(grid) : [0, 0.5, 1, 1 - 2 ** -53, 1 - 2 ** -24];
    const any = fc.oneof(fc.constantFrom(...hard), fc.double({ min: -1, max: 2, noNaN: true }));
    fc.assert(
      fc.property(any, (x) => {
        const { k, inside } = alongAxis(grid, x);
        const scaled = multiply(fromNumber(x), scale);
        const whole = Number(floor(scaled));
        expect(k + 0).toBe(Math.min(whole, K - 1));
        const behind = add(subtract(subtract(scaled, dyadic(BigInt(whole))), ONE), width);
        if (whole < 0 || whole >= K - 1 || compare(behind, ZERO) <= 0) expect(inside).toBe(0);
        else expect(equals(multiply(fromNumber(inside), width), behind)).toBe(true);
        expect(inside > 0).toBe(isTrifling({ ...grid, d: 1 }, [x]));
      }),
      { numRuns: 300 },
    );
  }
});
