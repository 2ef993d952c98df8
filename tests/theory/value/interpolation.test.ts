import fc from "fast-check";
import { expect, test } from "vitest";
import { approximateContinuous, gallery } from "../../../src/theory";
import type { NodeEncoding } from "../../../src/theory/value/encoding";
import { createInterpolation } from "../../../src/theory/value/interpolation";
import { anyLatticePoint, anyLipschitz } from "../expectations";

const sizes = [
  [1, 1],
  [1, 9],
  [2, 1],
  [2, 4],
  [3, 3],
  [4, 2],
  [6, 1],
] as const;

function encodingOf(d: number, n: number, seed: number): NodeEncoding {
  const [f] = fc.sample(anyLipschitz(d), { numRuns: 1, seed });
  const parameters = seed % 2 === 0 ? "few" : "delta";
  const { grid, nodes } = approximateContinuous(f!, { n, parameters });
  return { construction: "continuous", grid, nodes: nodes! };
}

/** Points at which there is no module yet: they are taken one by one. */
const FEW = 100;

test.each(sizes)(
  "d = %i, n = %i: both ways of interpolating round to the nearest, and leave the same in doubt",
  (d, n) => {
    let [both, doubted, otherwise] = [0, 0, 0];
    fc.assert(
      // One, few, even, odd, and more than stand in one block.
      fc.property(fc.nat(1e6), fc.constantFrom(1, 2, 3, 64, 257, 4096, 4097, 9001), (seed, N) => {
        const encoding = encodingOf(d, n, seed);
        const distinct = fc.sample(anyLatticePoint(d, encoding.grid.K), { numRuns: FEW, seed });
        const few = createInterpolation(encoding);
        const alone = new Float64Array(FEW);
        const inDoubt = new Set(few.many(Float64Array.from(distinct.flat()), alone));
        distinct.forEach((x, p) => {
          const nearest = few.exactly(x);
          if (inDoubt.has(p)) alone[p] = nearest;
          else expect(alone[p]).toBe(nearest);
        });
        const { many } = createInterpolation(encoding);
        many(new Float64Array(2000 * d), new Float64Array(2000));
        const points = Float64Array.from(
          { length: N * d },
          (_, i) => distinct[Math.floor(i / d) % FEW]![i % d]!,
        );
        const values = new Float64Array(N);
        // Twice, because the memory keeps what was interpolated before.
        for (let time = 0; time < 2; time++) {
          const left = many(points, values);
          expect(left.every((p) => Number.isNaN(values[p]))).toBe(true);
          doubted += left.length;
          const certain = Array.from(left, (p) => p % FEW).filter((p) => !inDoubt.has(p));
          otherwise += certain.length;
          for (const p of left) values[p] = alone[p % FEW]!;
          expect(values).toEqual(Float64Array.from(values, (_, p) => alone[p % FEW]!));
        }
        both += 2 * N;
      }),
      { numRuns: 12 },
    );
    // Equal fractions may be taken in another order, and then other digits are lost.
    expect(otherwise).toBeLessThan(doubted / 20 + both / 1000);
  },
);

test.each(sizes)("d = %i, n = %i: at points anywhere, doubt is rare", (d, n) => {
  const { grid, nodes } = approximateContinuous(gallery.smooth(d), { n });
  const { many } = createInterpolation({ construction: "continuous", grid, nodes: nodes! });
  const N = 10_000;
  const points = Float64Array.from({ length: N * d }, (_, i) => (i * 0.6180339887498949) % 1);
  expect(many(points, new Float64Array(N)).length).toBeLessThan(10);
});
