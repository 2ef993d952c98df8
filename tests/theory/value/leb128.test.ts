import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signedLeb128, unsignedLeb128 } from "../../../src/theory/value/leb128";

/** Σ_i (byte_i mod 128)·128^i, in whole numbers of any size. */
const sum = (bytes: readonly number[]) =>
  bytes.reduce((total, byte, i) => total + (BigInt(byte & 127) << BigInt(7 * i)), 0n);
const ends = (bytes: readonly number[]) => bytes.map((byte) => byte >= 128);
const edges = [0, 1, 63, 64, 127, 128, 8191, 8192, 16_383, 16_384, 2 ** 31 - 1];

describe("without a sign", () => {
  const any = fc.oneof(
    fc.constantFrom(...edges, 2 ** 31, 2 ** 32 - 1),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  );

  test("the bytes' lower seven bits are the number's, and the eighth says whether another byte follows", () => {
    fc.assert(
      fc.property(any, (x) => {
        const bytes = unsignedLeb128(x);
        expect(bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)).toBe(true);
        expect(sum(bytes)).toBe(BigInt(x));
        expect(ends(bytes)).toEqual([...new Array(bytes.length - 1).fill(true), false]);
        expect(bytes.length).toBe(Math.max(1, Math.ceil(BigInt(x).toString(2).length / 7)));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([-1, 0.5, 2 ** 32, NaN, Infinity, "1"])("%s is refused", (x) => {
    expect(() => unsignedLeb128(x as number)).toThrow("Expected an integer from 0 to 2^32 − 1; got");
  });
});

describe("with a sign", () => {
  const any = fc.oneof(
    fc.constantFrom(...edges.flatMap((x) => [x, -x, -x - 1])),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  );

  test("the bytes' bits are the number's in two's complement, as short as its sign allows", () => {
    fc.assert(
      fc.property(any, (number) => {
        const x = number + 0; // no −0
        const bytes = signedLeb128(x);
        const width = 7 * bytes.length;
        expect(BigInt.asIntN(width, sum(bytes))).toBe(BigInt(x));
        expect(ends(bytes)).toEqual([...new Array(bytes.length - 1).fill(true), false]);
        if (bytes.length > 1) expect(BigInt.asIntN(width - 7, BigInt(x))).not.toBe(BigInt(x));
      }),
      { numRuns: 2000 },
    );
  });

  test("a bigint takes up to ten bytes, of which the bits are its own", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (x) => {
        const bytes = signedLeb128(x);
        expect(BigInt.asIntN(7 * bytes.length, sum(bytes))).toBe(x);
        expect(ends(bytes)).toEqual([...new Array(bytes.length - 1).fill(true), false]);
      }),
    );
  });

  test.each([2 ** 31, -(2 ** 31) - 1, 0.5, NaN, -Infinity, "1", 2n ** 63n])("%s is refused", (x) => {
    expect(() => signedLeb128(x as number)).toThrow(
      "Expected an integer from −2^31 to 2^31 − 1, or a bigint",
    );
  });
});
