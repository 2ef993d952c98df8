import { shown } from "../../common/shown";

/** A dyadic rational m·2^e in lowest terms: m is odd, or m = 0n and e = 0. */
export type Dyadic = { readonly m: bigint; readonly e: number };

/** Bits of the integers that clz32 takes. */
const WORD = 32;

/** The number of zero bits below the lowest one bit of m ≠ 0n. */
function trailingZeros(m: bigint): number {
  let width = WORD;
  while (BigInt.asUintN(width, m) === 0n) width *= 2;
  // The lowest one bit lies below `width`; halve the window until it fits a machine word.
  let zeros = 0;
  let rest = BigInt.asUintN(width, m);
  while (width > WORD) {
    width /= 2;
    if (BigInt.asUintN(width, rest) === 0n) {
      zeros += width;
      rest >>= BigInt(width);
    } else rest = BigInt.asUintN(width, rest);
  }
  const word = Number(rest) | 0;
  return zeros + (WORD - 1) - Math.clz32(word & -word);
}

/**
 * The dyadic number m·2^e, brought to lowest terms.
 * @throws TypeError if m is not a bigint or e not a safe integer.
 */
export function dyadic(m: bigint, e = 0): Dyadic {
  if (typeof m !== "bigint") throw new TypeError(`dyadic(m, e): m must be a bigint; got ${shown(m)}.`);
  if (!Number.isSafeInteger(e))
    throw new TypeError(`dyadic(m, e): e must be a safe integer; got ${shown(e)}.`);
  if (m === 0n) return ZERO;
  // e + 0 turns an exponent −0 into 0, so that equal numbers are equal objects.
  if ((m & 1n) === 1n) return Object.freeze({ m, e: e + 0 });
  const zeros = trailingZeros(m);
  return Object.freeze({ m: m >> BigInt(zeros), e: e + zeros });
}

export const ZERO: Dyadic = Object.freeze({ m: 0n, e: 0 });
export const ONE: Dyadic = Object.freeze({ m: 1n, e: 0 });

/** Whether a value is a dyadic number in lowest terms. */
export function isDyadic(value: unknown): value is Dyadic {
  if (typeof value !== "object" || value === null) return false;
  const { m, e } = value as { m?: unknown; e?: unknown };
  if (typeof m !== "bigint" || !Number.isSafeInteger(e)) return false;
  return m === 0n ? e === 0 : (m & 1n) === 1n;
}
