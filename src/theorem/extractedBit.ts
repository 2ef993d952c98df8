import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";

/** g̃(T(y)), y = product·2^(−places), exactly; T(y) = 1 − |1 − (y mod 2)|. */
function threshold(product: bigint, places: number): Dyadic {
  const one = 1n << BigInt(places);
  const remainder = BigInt.asUintN(places + 1, product);
  const tooth = remainder <= one ? remainder : 2n * one - remainder;
  const value = 3n * tooth - one;
  if (value <= 0n) return ZERO;
  return value >= one ? ONE : dyadic(value, -places);
}

/**
 * g̃(T(y)) at y = 4^j(1 + 3t)·a in closed form: what the extraction network answers between the indices j and
 * j + 1, for `digits` = 4^J·a and 0 ≤ t < 1; at t = 0 the bit θ_j.
 */
export function extractedBit(digits: bigint, J: number, j: number, t: Dyadic): Dyadic {
  const bitsOfT = Math.max(-t.e, 0);
  const factor = (1n << BigInt(bitsOfT)) + 3n * (t.m << BigInt(t.e + bitsOfT));
  // y = digits·factor·2^(−places); what lies above y mod 2 is cut off before and after multiplying.
  const places = bitsOfT + 2 * (J - j);
  return threshold(BigInt.asUintN(places + 1, digits) * factor, places);
}

/** The binary digits of 4^J·a in 64-bit words, the highest first, one empty word before and two after them. */
export function digitWords(digits: bigint, J: number): BigUint64Array {
  const hex = digits.toString(16).padStart(Math.ceil(J / 2), "0");
  const padded = hex.padEnd(16 * Math.ceil(hex.length / 16), "0");
  const words = new BigUint64Array(padded.length / 16 + 3);
  for (let w = 0; 16 * w < padded.length; w++)
    words[w + 1] = BigInt(`0x${padded.slice(16 * w, 16 * w + 16)}`);
  return words;
}

/**
 * extractedBit, within 2^−58, from the 64 binary digits up to θ_j and the 64 behind it; 0 and 1 are answered only
 * where the digits left out cannot change them. undefined if t has too many bits. Far cheaper where J is large.
 */
export function extractedBitNearby(words: BigUint64Array, j: number, t: Dyadic): number | undefined {
  const bitsOfT = Math.max(-t.e, 0);
  // y mod 2 needs bitsOfT + 1 digits before the point.
  if (bitsOfT > 63) return undefined;
  const factor = (1n << BigInt(bitsOfT)) + 3n * (t.m << BigInt(t.e + bitsOfT));
  const word = Math.floor(j / 32); // 2j digits stand before the point, 64 to a word
  const cut = BigInt((2 * j) % 64);
  const three = (words[word]! << 128n) | (words[word + 1]! << 64n) | words[word + 2]!;
  const window = BigInt.asUintN(128, three >> (64n - cut));
  const places = 64 + bitsOfT;
  const one = 1n << BigInt(places);
  const remainder = BigInt.asUintN(places + 1, window * factor);
  const tooth = remainder <= one ? remainder : 2n * one - remainder;
  // The digits left out add less than `factor` to the remainder, so less than 3·factor here.
  const value = 3n * tooth - one;
  if (value + 3n * factor < 0n) return 0;
  if (value - 3n * factor >= one) return 1;
  return Math.min(Math.max(Number(value) * 2 ** -places, 2 ** -60), 1 - 2 ** -53);
}
