import fc from "fast-check";
import { expect, test } from "vitest";
import { createGrid, nextDown, nextUp } from "../../../src/theory";
import { createLookUp } from "../../../src/theory/value/lookUp";
import { lookUpModule } from "../../../src/theory/value/lookUpModule";

/** Random d, n, q; a table of random numbers; points of which some are at edges, in strips, outside or NaN. */
const anyTask = fc
  .tuple(
    fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }))
        .filter(([d, n]) => d * n <= 12),
      fc.constantFrom([1, 14] as const, [1, 15] as const, [2, 8] as const),
    ),
    fc.integer({ min: 0, max: 80 }),
    // How many of a thousand coordinates are at edges: then some of a turn's points are looked up quickly, and some not.
    fc.constantFrom(0, 3, 30, 300),
  )
  .chain(([[d, n], q, edges]) => {
    const grid = createGrid(d, n, q);
    const outside = [
      NaN,
      -NaN,
      -0,
      -Number.MIN_VALUE,
      -(2 ** -54),
      -0.5,
      -1,
      -1.5,
      nextUp(1),
      1.5,
      2,
      3,
      1e300,
    ];
    const cube = fc.integer({ min: 1, max: grid.K - 1 });
    const atNode = fc
      .tuple(cube, fc.integer({ min: -4, max: 4 }), fc.constantFrom(1, 2, 4))
      .map(([k, ulps, part]) => k / grid.K + (ulps * 2 ** -53) / part);
    const atStrip = fc
      .tuple(cube, fc.constantFrom(-2, -1, -1 / 2, -1 / 3, 0, 1), fc.constantFrom(nextDown, Number, nextUp))
      .map(([k, part, beside]) => beside(k / grid.K + part * grid.delta));
    const coordinate = fc.oneof(
      { weight: 100, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
      { weight: 1000, arbitrary: fc.integer({ min: 1, max: 2 ** 31 }).map((x) => x / (2 ** 31 + 1)) },
      { weight: 100, arbitrary: cube.map((k) => k / grid.K) },
      { weight: edges, arbitrary: atStrip },
      { weight: edges, arbitrary: atNode },
      { weight: edges, arbitrary: fc.constantFrom(2 ** -54, nextDown(2 ** -54), nextUp(2 ** -54), 2 ** -53) },
      { weight: Math.ceil(edges / 30), arbitrary: fc.constantFrom(...outside, Infinity, -Infinity) },
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

/** Whether all are equal; many times as fast as toEqual. */
const isSame = (x: Float64Array, y: Float64Array) =>
  x.length === y.length && x.every((value, i) => value === y[i]);

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
      expect(isSame(lookUp.table, table)).toBe(true);
      const values = new Float64Array(N);
      // Twice, because the memory keeps what was looked up before.
      for (let time = 0; time < 2; time++) {
        expect(lookUp.run(points, values)).toEqual(unusual);
        for (const p of unusual) values[p] = 0;
        expect(isSame(values, expected)).toBe(true);
      }
      looked += N - unusual.length;
      left += unusual.length;
    }),
    { numRuns: 300 },
  );
  expect(Math.min(looked, left)).toBeGreaterThan(1000);
});

test("grids of every size have a module, and up to 2^21 cubes it finds the cube of a point", () => {
  for (let d = 1; d <= 24; d++)
    for (let n = 1; d * n <= 24; n++) {
      expect(WebAssembly.validate(lookUpModule(d, n).slice())).toBe(true);
      if (d * n > 21) continue;
      const grid = createGrid(d, n, n + 2);
      const lookUp = createLookUp(
        grid,
        Float64Array.from({ length: grid.J }, (_, j) => j),
      );
      const cubes = Array.from({ length: 40 }, (_, p) => Math.floor(((p + 0.5) / 40) * grid.J));
      // A third of the way from each cube's lower corner.
      const points = cubes.flatMap((cube) =>
        Array.from({ length: d }, (_, i) => ((Math.floor(cube / grid.K ** i) % grid.K) + 1 / 3) / grid.K),
      );
      const values = new Float64Array(40);
      expect(lookUp.run(Float64Array.from(points), values)).toEqual([]);
      expect([...values]).toEqual(cubes);
    }
});
