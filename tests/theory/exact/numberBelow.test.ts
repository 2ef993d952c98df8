import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, compare, dyadic, fromNumber, nextDown, nextUp } from "../../../src/theory";
import { numberAbove, numberBelow } from "../../../src/theory/exact/numberBelow";

describe("rounding to one side", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const any = fc
    .tuple(finite, fc.bigInt({ min: -9n, max: 9n }), fc.integer({ min: -1200, max: 1000 }))
    .map(([x, m, e]) => add(fromNumber(x), dyadic(m, e)));

  test("between the float64 below and the one above lies x, and no third float64", () => {
    fc.assert(
      fc.property(any, (x) => {
        const [below, above] = [numberBelow(x), numberAbove(x)];
        if (Number.isFinite(below)) expect(compare(fromNumber(below), x)).toBeLessThanOrEqual(0);
        if (Number.isFinite(above)) expect(compare(fromNumber(above), x)).toBeGreaterThanOrEqual(0);
        expect(below === above || nextUp(below) === above).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("a float64 is its own, and beyond the largest there is Infinity on one side only", () => {
    fc.assert(
      fc.property(
        finite,
        (x) => numberBelow(fromNumber(x)) + 0 === x + 0 && numberAbove(fromNumber(x)) + 0 === x + 0,
      ),
    );
    const beyond = dyadic(1n, 1024);
    expect([numberBelow(beyond), numberAbove(beyond)]).toEqual([Number.MAX_VALUE, Infinity]);
    expect([numberBelow(dyadic(-1n, 1024)), numberAbove(dyadic(-1n, 1024))]).toEqual([
      -Infinity,
      -Number.MAX_VALUE,
    ]);
    expect(numberAbove(dyadic(1n, -2000))).toBe(Number.MIN_VALUE);
    expect(numberBelow(dyadic(1n, -2000))).toBe(0);
    expect(numberBelow(dyadic(-1n, -2000))).toBe(nextDown(0));
  });
});
