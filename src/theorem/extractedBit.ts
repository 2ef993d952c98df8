import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";

/**
 * g̃(T(y)) at y = 4^j(1 + 3t)·a in closed form, T(y) = 1 − |1 − (y mod 2)|: what the extraction network answers
 * between the indices j and j + 1, for `digits` = 4^J·a and 0 ≤ t < 1; at t = 0 the bit θ_j.
 */
export function extractedBit(digits: bigint, J: number, j: number, t: Dyadic): Dyadic {
  const bitsOfT = Math.max(-t.e, 0);
  const factor = (1n << BigInt(bitsOfT)) + 3n * (t.m << BigInt(t.e + bitsOfT));
  // y = digits·factor·2^(−places); what lies above y mod 2 is cut off before and after multiplying.
  const places = BigInt(bitsOfT + 2 * (J - j));
  const one = 1n << places;
  const remainder = BigInt.asUintN(Number(places) + 1, BigInt.asUintN(Number(places) + 1, digits) * factor);
  const tooth = remainder <= one ? remainder : 2n * one - remainder;
  const value = 3n * tooth - one;
  if (value <= 0n) return ZERO;
  return value >= one ? ONE : dyadic(value, -Number(places));
}
