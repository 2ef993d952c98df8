import fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  compare,
  dyadic,
  extractedBit,
  fromNumber,
  packKeyParameters,
  scale,
} from "../../../src/theory";
import { createExtraction } from "../../../src/theory/value/extraction";
import { FOUND, MARGIN } from "../../../src/theory/value/extractionModule";

const [LEAST, MOST] = [-(2 ** 60), 2 ** 60];

/** Levels of n bits, in runs of equal ones: there the digits after the point are 0.1111… = 1/3 to base 4. */
const anyLevels = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    runs: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** n - 1 }), fc.integer({ min: 27, max: 150 })), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
);
/** An index and t: any, or k digits after the first of a run and t = m·4^−k or nearly, where y is nearly 1/3 or 4/3. */
const anyTry = fc.record({
  place: fc.nat(),
  T: fc.bigInt({ min: 1n, max: 2n ** 52n - 1n }),
  atRun: fc.option(fc.record({ k: fc.integer({ min: 1, max: 26 }), off: fc.integer({ min: -1, max: 1 }) })),
  ends: fc.tuple(fc.nat(), fc.nat()),
});

/** The sum in dyadic numbers, in units of a level. */
function exactSum(levels: Uint32Array, n: number, j: number, T: bigint) {
  const J = levels.length;
  return packKeyParameters(levels, n)
    .map(({ m, e }) => (m === 0n ? 0n : m << BigInt(e + 2 * J)))
    .reduce(
      (sum, digits, l) => add(sum, scale(extractedBit(digits, J, j, dyadic(T, -52)), n - 1 - l)),
      dyadic(0n),
    );
}

test("the sum is that of the extraction network, or the end beyond which it lies", () => {
  let [whole, split, doubtful] = [0, 0, 0];
  fc.assert(
    fc.property(anyLevels, fc.array(anyTry, { minLength: 20, maxLength: 20 }), ({ n, runs }, tries) => {
      const levels = Uint32Array.from(runs.flatMap(([level, length]) => Array<number>(length).fill(level)));
      const { at, found } = createExtraction(levels, n);
      for (const {
        place,
        T: any,
        atRun,
        ends: [one, other],
      } of tries) {
        let [j, T] = [1 + (place % levels.length), any];
        if (atRun !== null) {
          const before = runs.slice(0, place % runs.length).reduce((sum, [, length]) => sum + length, 0);
          j = Math.max(1, before + atRun.k + atRun.off);
          const step = 52n - 2n * BigInt(atRun.k);
          T = ((any >> step) | 1n) << step;
        }
        const exact = exactSum(levels, n, j, T);
        const kind = at(j, Number(T), LEAST, MOST);
        if (kind === FOUND.doubtful) {
          doubtful++;
          continue;
        }
        if (kind === FOUND.whole) {
          whole++;
          expect(dyadic(BigInt(found[0]!))).toEqual(exact);
        } else {
          split++;
          const sum = add(fromNumber(found[0]!), fromNumber(found[1]!));
          expect(compare(add(sum, fromNumber(MARGIN)), exact)).toBe(1);
          expect(compare(exact, add(sum, fromNumber(-MARGIN)))).toBe(1);
        }
        const ends = [one % 2 ** n, other % 2 ** n].sort((a, b) => a - b) as [number, number];
        const [least, most] = [ends[0], ends[1] + 1];
        const cut = at(j, Number(T), least, most);
        if (cut !== FOUND.whole) continue;
        const kept = [fromNumber(least), exact, fromNumber(most)].sort(compare)[1]!;
        expect(dyadic(BigInt(found[0]!))).toEqual(kept);
      }
    }),
    { numRuns: 60 },
  );
  expect(Math.min(whole, split)).toBeGreaterThan(50);
  expect(doubtful).toBeLessThan((whole + split) / 20);
});
