import fc from "fast-check";
import { expect, test } from "vitest";
import { createGrid, nextDown, nextUp } from "../../../src/theory";
import { createLookUp } from "../../../src/theory/value/lookUp";
import { hardCoordinates } from "../expectations";

/** Random d, n, q; a table of random numbers; points of which many are at edges, in strips, outside or NaN. */
const anyTask = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 80 }))
  .filter(([d, n]) => d * n <= 12)
  .chain(([d, n, q]) => {
    const grid = createGrid(d, n, q);
    const outside = [NaN, -0, -Number.MIN_VALUE, -1, nextDown(1), nextUp(1), 2, 1e300, Infinity, -Infinity];
    const coordinate = fc.oneof(
      { weight: 60, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
      { weight: 20, arbitrary: fc.constantFrom(...hardCoordinates(grid)) },
      { weight: 1, arbitrary: fc.constantFrom(...outside) },
    );
    return fc.record({
      grid: fc.constant(grid),
      table: fc
        .array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 64 })
        .map((some) => Float64Array.from({ length: grid.J }, (_, j) => some[(31 * j) % some.length] + j)),
      distinct: fc.array(fc.array(coordinate, { minLength: d, maxLength: d }), {
        minLength: 1,
        maxLength: 120,
      }),
      // One, few, even, odd, and more than stand in one block.
      N: fc.constantFrom(1, 2, 3, 64, 255, 4096, 4097, 9001),
    });
  });

test("WebAssembly finds what JavaScript's own loop finds, value for value, and the same unusual points", () => {
  let [looked, left] = [0, 0];
  fc.assert(
    fc.property(anyTask, ({ grid, table, distinct, N }) => {
      const { d, K, delta } = grid;
      const points = Float64Array.from({ length: N * d }, (_, i) => {
        return distinct[Math.floor(i / d) % distinct.length][i % d];
      });
      const expected = new Float64Array(N);
      const unusual: number[] = [];
      for (let p = 0; p < N; p++) {
        let [cube, inside] = [0, true];
        for (let i = d - 1; i >= 0; i--) {
          const x = points[p * d + i];
          const k = Math.floor(x * K);
          inside &&= x >= 0 && x < 1 && x * K - k <= 1 - K * delta;
          cube = cube * K + k;
        }
        if (inside) expected[p] = table[cube];
        else unusual.push(p);
      }
      const lookUp = createLookUp(grid, table);
      expect(lookUp.table).toEqual(table);
      const values = new Float64Array(N);
      // Twice, because the memory keeps what was looked up before.
      for (let time = 0; time < 2; time++) {
        expect(lookUp.run(points, values)).toEqual(unusual);
        for (const p of unusual) values[p] = 0;
        expect(values).toEqual(expected);
      }
      looked += N - unusual.length;
      left += unusual.length;
    }),
    { numRuns: 150 },
  );
  expect(Math.min(looked, left)).toBeGreaterThan(1000);
});
