import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abs,
  add,
  bitLength,
  compare,
  dyadic,
  equals,
  floor,
  isDyadic,
  multiply,
  negate,
  relu,
  scale,
  subtract,
} from "../../../src/theory";
import { power } from "../../../src/theory/exact/arithmetic";
import { ONE, ZERO } from "../../../src/theory/exact/dyadic";
import { anyDyadic } from "./arbitrary";

describe("dyadic", () => {
  test("brings every m·2^e to an odd mantissa, or to 0·2^0", () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.integer({ min: -300, max: 300 }),
        fc.integer({ min: 0, max: 700 }),
        (m, e, zeros) => {
          const x = dyadic(m << BigInt(zeros), e);
          expect(isDyadic(x)).toBe(true);
          expect(x).toEqual(dyadic(m, e + zeros));
        },
      ),
    );
    expect(dyadic(0n, 17)).toBe(ZERO);
  });

  test("is frozen", () => {
    expect(Object.isFrozen(dyadic(12n, 3))).toBe(true);
  });

  test("refuses a mantissa that is no bigint and an exponent that is no safe integer", () => {
    expect(() => dyadic(3 as unknown as bigint)).toThrow(/m must be a bigint; got 3/);
    expect(() => dyadic(3n, 0.5)).toThrow(/e must be a safe integer; got 0.5/);
    expect(() => dyadic(3n, Number.NaN)).toThrow(/NaN/);
  });

  test("isDyadic knows values that are not in lowest terms", () => {
    expect(isDyadic({ m: 2n, e: 0 })).toBe(false);
    expect(isDyadic({ m: 0n, e: 1 })).toBe(false);
    expect(isDyadic({ m: 1n, e: 0.5 })).toBe(false);
    expect(isDyadic(null)).toBe(false);
  });
});

describe("arithmetic", () => {
  test("addition and multiplication form a commutative ring", () => {
    fc.assert(
      fc.property(anyDyadic, anyDyadic, anyDyadic, (x, y, z) => {
        expect(add(x, y)).toEqual(add(y, x));
        expect(add(add(x, y), z)).toEqual(add(x, add(y, z)));
        expect(multiply(x, add(y, z))).toEqual(add(multiply(x, y), multiply(x, z)));
        expect(subtract(x, x)).toEqual(ZERO);
        expect(multiply(x, ONE)).toEqual(x);
        expect(add(x, negate(x))).toEqual(ZERO);
      }),
    );
  });

  test("a power is the product of so many factors, 1 of none", () => {
    fc.assert(
      fc.property(anyDyadic, fc.integer({ min: 0, max: 9 }), (x, p) => {
        expect(power(x, p)).toEqual(Array.from({ length: p }, () => x).reduce(multiply, ONE));
      }),
    );
  });

  test("sums agree with bigint sums over a common denominator", () => {
    fc.assert(
      fc.property(anyDyadic, anyDyadic, (x, y) => {
        const over = (v: typeof x) => v.m << BigInt(v.e + 400);
        expect(over(add(x, y))).toBe(over(x) + over(y));
        expect(compare(x, y)).toBe(over(x) < over(y) ? -1 : over(x) > over(y) ? 1 : 0);
        expect(equals(x, y)).toBe(over(x) === over(y));
      }),
    );
  });

  test("σ(x) − σ(−x) = x and σ(x) + σ(−x) = |x|", () => {
    fc.assert(
      fc.property(anyDyadic, (x) => {
        expect(subtract(relu(x), relu(negate(x)))).toEqual(x);
        expect(add(relu(x), relu(negate(x)))).toEqual(abs(x));
      }),
    );
  });

  test("0 ≤ x − ⌊x⌋ < 1", () => {
    fc.assert(
      fc.property(anyDyadic, (x) => {
        const fraction = subtract(x, dyadic(floor(x)));
        expect(compare(fraction, ZERO)).not.toBe(-1);
        expect(compare(fraction, ONE)).toBe(-1);
      }),
    );
  });

  test("scaling by 2^k multiplies by 2^k", () => {
    fc.assert(
      fc.property(anyDyadic, fc.integer({ min: -90, max: 90 }), (x, k) => {
        expect(scale(x, k)).toEqual(multiply(x, dyadic(1n, k)));
      }),
    );
  });

  test("bitLength(m) = k says 2^(k−1) ≤ |m| < 2^k", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 200n }), fc.boolean(), (m, negative) => {
        const k = BigInt(bitLength(negative ? -m : m));
        expect(2n ** (k - 1n) <= m && m < 2n ** k).toBe(true);
      }),
    );
    expect(bitLength(0n)).toBe(0);
  });
});
