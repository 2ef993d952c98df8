import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abs,
  add,
  compare,
  type Dyadic,
  dyadic,
  fromNumber,
  multiply,
  nextDown,
  nextUp,
  parseDyadic,
  subtract,
  toBinary,
  toDecimal,
  toNumber,
} from "../../../src/theory";
import { anyDyadic, anyFloat64 } from "./arbitrary";

/** No neighbour of the float lies nearer to x. */
function expectNearest(x: Dyadic, rounded: number) {
  const distance = abs(subtract(x, fromNumber(rounded)));
  for (const other of [nextUp(rounded), nextDown(rounded)])
    if (Number.isFinite(other)) expect(compare(distance, abs(subtract(x, fromNumber(other))))).not.toBe(1);
}

describe("fromNumber and toNumber", () => {
  test("every float64 survives the round trip", () => {
    fc.assert(
      fc.property(anyFloat64, (x) => {
        expect(toNumber(fromNumber(x))).toBe(x === 0 ? 0 : x);
      }),
    );
    for (const x of [Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, 2 ** 53 + 2, 0.1])
      expect(toNumber(fromNumber(x))).toBe(x);
  });

  test("the float64 sum and product are the rounded exact ones", () => {
    fc.assert(
      fc.property(anyFloat64, anyFloat64, (x, y) => {
        const same = (actual: number, expected: number) =>
          expect(actual === expected || Object.is(actual, expected)).toBe(true);
        same(toNumber(add(fromNumber(x), fromNumber(y))), x + y);
        same(toNumber(multiply(fromNumber(x), fromNumber(y))), x * y);
      }),
      { numRuns: 500 },
    );
  });

  test("toNumber gives the nearest float64", () => {
    fc.assert(fc.property(anyDyadic, (x) => expectNearest(x, toNumber(x))));
  });

  test("toNumber rounds subnormals to the nearest multiple of 2^−1074", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 70n }), fc.integer({ min: -1150, max: -1060 }), (m, e) => {
        expectNearest(dyadic(m, e), toNumber(dyadic(m, e)));
      }),
    );
  });

  test("ties go to the even mantissa", () => {
    expect(toNumber(dyadic(2n ** 53n + 1n))).toBe(2 ** 53);
    expect(toNumber(dyadic(2n ** 53n + 3n))).toBe(2 ** 53 + 4);
    expect(toNumber(dyadic(1n, -1075))).toBe(0);
    expect(toNumber(dyadic(3n, -1075))).toBe(2 ** -1073);
    expect(toNumber(dyadic(2n ** 60n + 1n, -1135))).toBe(2 ** -1074);
  });

  test("numbers from 2^1024 − 2^970 on overflow, those below do not", () => {
    const edge = 2n ** 1024n - 2n ** 970n;
    expect(toNumber(dyadic(edge))).toBe(Infinity);
    expect(toNumber(dyadic(-edge))).toBe(-Infinity);
    expect(toNumber(dyadic(edge - 1n))).toBe(Number.MAX_VALUE);
  });

  test("fromNumber refuses NaN, infinities and other types", () => {
    expect(() => fromNumber(Number.NaN)).toThrow(/finite number; got NaN/);
    expect(() => fromNumber(-Infinity)).toThrow(/-Infinity/);
    expect(() => fromNumber("1" as unknown as number)).toThrow(/expects a number; got "1"/);
  });

  test("nothing lies between a float64 and nextUp of it", () => {
    fc.assert(
      fc.property(anyFloat64, (x) => {
        const up = nextUp(x);
        expect(up).toBeGreaterThan(x);
        expect(nextDown(up) === x).toBe(true);
        if (Number.isFinite(up)) {
          const middle = x / 2 + up / 2;
          expect(middle <= x || middle >= up).toBe(true);
        }
      }),
    );
  });
});

describe("text", () => {
  test("decimal and binary text read back as the same number", () => {
    fc.assert(
      fc.property(anyDyadic, (x) => {
        expect(parseDyadic(toDecimal(x))).toEqual(x);
        expect(parseDyadic(toBinary(x), 2)).toEqual(x);
      }),
    );
  });

  test("shows the expansions one would write by hand", () => {
    expect(toDecimal(dyadic(-3n, -3))).toBe("-0.375");
    expect(toBinary(dyadic(-3n, -3))).toBe("-0.011");
    expect(toDecimal(dyadic(5n, 2))).toBe("20");
    expect(toBinary(dyadic(5n, -1))).toBe("10.1");
  });

  test("0.1 is refused: it is no dyadic number", () => {
    expect(() => parseDyadic("0.1")).toThrow(/"0.1" is not of the form/);
    expect(() => parseDyadic("0,5")).toThrow(/got "0,5"/);
    expect(() => parseDyadic("0.2", 2)).toThrow(/binary digits/);
  });
});
