import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compare,
  createGrid,
  dyadic,
  equals,
  gallery,
  quantise,
  scale,
  subtract,
  walkSerpentine,
} from "../../../src/theory";
import { ZERO } from "../../../src/theory/exact/dyadic";
import { createDecoder } from "../../../src/theory/value/decoder";
import type { CubeEncoding } from "../../../src/theory/value/encoding";
import { variants } from "../expectations";

const grids = [createGrid(1, 5, 9), createGrid(2, 3, 20), createGrid(3, 1, 60)];
const encodings = grids.flatMap((grid): CubeEncoding[] => {
  const f = gallery.smooth(grid.d);
  return [
    ...variants.flatMap((variant) =>
      (["lp", "threeParameters"] as const).map(
        (construction): CubeEncoding => ({
          construction,
          grid,
          variant,
          quantised: quantise(f, grid, variant),
        }),
      ),
    ),
    { construction: "delta", grid, walk: walkSerpentine(f, grid) },
  ];
});
const decoders = encodings.map((encoding) => ({ encoding, decoder: createDecoder(encoding) }));

/** t = m·2^−bits in [0, 1), up to more bits than the quick enclosure takes. */
const anyFraction = fc
  .integer({ min: 1, max: 80 })
  .chain((bits) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }).map((m) => dyadic(m, -bits)));

test("an enclosure from the digits nearby holds the exact value, and is narrower than 2^−110", () => {
  let open = 0;
  fc.assert(
    fc.property(fc.constantFrom(...decoders), fc.nat(), anyFraction, ({ encoding, decoder }, at, t) => {
      const j = 1 + (at % (encoding.grid.J - 1));
      const { low, high } = decoder.nearby(j, t);
      const exact = decoder.exactly(j, t);
      expect(exact.low).toBe(exact.high);
      expect(compare(low, exact.low)).toBeLessThanOrEqual(0);
      expect(compare(exact.low, high)).toBeLessThanOrEqual(0);
      expect(compare(subtract(high, low), scale(dyadic(1n), -110))).toBeLessThan(0);
      if (low === high) expect(equals(low, exact.low)).toBe(true);
      else open++;
    }),
    { numRuns: 3000 },
  );
  // Else the enclosures would not have been tried.
  expect(open).toBeGreaterThan(5);
});

test("the table, a cube's value and the value at a whole index are one number", () => {
  for (const { encoding, decoder } of decoders) {
    const table = decoder.table();
    expect(table.length).toBe(encoding.grid.J);
    table.forEach((value, i) => {
      expect(decoder.onCube(i + 1)).toBe(value);
      expect(decoder.ranged(decoder.exactly(i + 1, ZERO).low)).toBe(value);
      expect(decoder.ranged(decoder.nearby(i + 1, ZERO).high)).toBe(value);
    });
  }
});
