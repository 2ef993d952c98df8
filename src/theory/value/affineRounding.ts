import { subtract } from "../exact/arithmetic";
import type { Dyadic } from "../exact/dyadic";
import { fromNumber, toNumber } from "../exact/toNumber";

/** Adding and taking away this rounds a number below 2^25 to a multiple of 2^−26. */
export const TO_26_PLACES = 1.5 * 2 ** 26;
/** Dekker's factor: splits a float64 into two halves of 26 bits. */
const SPLIT = 2 ** 27 + 1;
/** Units and bases of this size neither over- nor underflow when they are split and multiplied. */
const [LEAST, MOST] = [2 ** -800, 2 ** 800];

/** The float64 nearest to x in two halves of 26 bits, and what it leaves of x, rounded. */
function parts(x: Dyadic): { nearest: number; high: number; low: number; rest: number } {
  const nearest = toNumber(x);
  const split = nearest * SPLIT;
  const high = split - (split - nearest);
  return { nearest, high, low: nearest - high, rest: toNumber(subtract(x, fromNumber(nearest))) };
}

/** The numbers by which base + unit·P is rounded. */
export type AffineParts = {
  /** The float64 nearest to the unit, its two halves of 26 bits, and what it leaves of the unit, rounded. */
  readonly u: number;
  readonly uHigh: number;
  readonly uLow: number;
  readonly uRest: number;
  /** The float64 nearest to the base, and what it leaves of the base, rounded. */
  readonly b: number;
  readonly bRest: number;
  /** More than all roundings lose. */
  readonly error: number;
};

/**
 * The parts for P = whole + low with |P| ≤ largest: `whole` is a multiple of 2^−26, `low` was rounded in at most 2d
 * operations on numbers of up to d·2^−26·largest. Undefined if unit and base are too large or small for that.
 */
export function affineParts(unit: Dyadic, base: Dyadic, largest: number, d: number): AffineParts | undefined {
  const { nearest: u, high: uHigh, low: uLow, rest: uRest } = parts(unit);
  const { nearest: b, rest: bRest } = parts(base);
  const inBounds = (x: number) => x === 0 || (Math.abs(x) >= LEAST && Math.abs(x) <= MOST);
  // Sums of multiples of 2^−26 are exact below 2^27.
  if (!inBounds(u) || !inBounds(b) || largest * (2 * d + 1) > 2 ** 27) return undefined;
  // Fewer than 2d + 8 operations are rounded, on numbers of at most (d + 3)·2^−26 times this size.
  const error = (Math.abs(b) + Math.abs(u) * (largest + 1)) * (2 * d + 8) * (d + 3) * 2 ** -78;
  return { u, uHigh, uLow, uRest, b, bRest, error };
}

/** The float64 nearest to base + unit·(whole + low), or NaN where its rounding is in doubt. */
export type AffineRounding = (whole: number, low: number) => number;

/**
 * Rounds base + unit·P, P and its limits as in affineParts. Sums of three float64 stand for the exact value [Dekker
 * 1971]. kuhnModule has the same steps for two points at a time.
 */
export function affineRounding({ u, uHigh, uLow, uRest, b, bRest, error }: AffineParts): AffineRounding {
  return (whole, low) => {
    // whole = left + right, 26 bits each: their products with the halves of the unit are exact.
    const left = Math.floor(whole);
    const right = whole - left;
    const first = uHigh * left;
    const second = uHigh * right;
    const third = uLow * left;
    // Knuth's sums: what each addition loses is kept.
    const one = b + first;
    const seen = one - b;
    const two = one + second;
    const seenToo = two - one;
    const three = two + third;
    const seenLast = three - two;
    const lost =
      b -
      (one - seen) +
      (first - seen) +
      (one - (two - seenToo) + (second - seenToo)) +
      (two - (three - seenLast) + (third - seenLast)) +
      (uLow * right + u * low + uRest * whole + bRest);
    const value = three + (lost + error);
    return value === three + (lost - error) ? value : Number.NaN;
  };
}
