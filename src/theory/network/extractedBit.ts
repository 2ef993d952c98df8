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
 * g̃(T(y)) at y = 4^j(1 + 3t)·a in closed form: the value of the extraction network between the indices j and
 * j + 1, for `digits` = 4^J·a and 0 ≤ t < 1; at t = 0 the bit θ_j.
 */
export function extractedBit(digits: bigint, J: number, j: number, t: Dyadic): Dyadic {
  const bitsOfT = Math.max(-t.e, 0);
  const factor = (1n << BigInt(bitsOfT)) + 3n * (t.m << BigInt(t.e + bitsOfT));
  // y = digits·factor·2^(−places). Only y mod 2 counts: digits above it are cut off before and after multiplying.
  const places = bitsOfT + 2 * (J - j);
  return threshold(BigInt.asUintN(places + 1, digits) * factor, places);
}

/** The binary digits of 4^J·a in 64-bit words, the highest first, one empty word before and three after them. */
export function digitWords(digits: bigint, J: number): BigUint64Array {
  const hex = digits.toString(16).padStart(Math.ceil(J / 2), "0");
  const padded = hex.padEnd(16 * Math.ceil(hex.length / 16), "0");
  const words = new BigUint64Array(padded.length / 16 + 4);
  for (let w = 0; 16 * w < padded.length; w++)
    words[w + 1] = BigInt(`0x${padded.slice(16 * w, 16 * w + 16)}`);
  return words;
}

/**
 * Σ_ℓ 2^{−ℓ} g̃(T(4^j(1 + 3t)·a_ℓ)) ∈ [low, high]·2^{−places}, 0 < t < 1, from the 64 binary digits of each a_ℓ up
 * to θ_j and the 128 after it. high − low is below 2^{−120}, and 0 where the digits left out change nothing. The
 * result is undefined if t has too many bits. Far cheaper than extractedBit if J is large.
 */
export function extractedSumNearby(
  words: readonly BigUint64Array[],
  j: number,
  t: Dyadic,
): { low: bigint; high: bigint; places: number } | undefined {
  const bitsOfT = -t.e;
  // y mod 2 needs bitsOfT + 1 digits before the point.
  if (bitsOfT > 63) return undefined;
  const factor = (1n << BigInt(bitsOfT)) + 3n * t.m;
  const word = Math.floor(j / 32); // 2j digits stand before the point, 64 to a word
  const beyond = BigInt(64 - ((2 * j) % 64));
  const places = 128 + bitsOfT;
  const one = 1n << BigInt(places);
  // The digits left out add less than `factor` to the remainder, so they change 3·tooth by less than this.
  const error = 3n * factor;
  let sum = 0n;
  let uncertain = 0;
  for (const each of words) {
    const digits = (each[word] << 192n) | (each[word + 1] << 128n) | (each[word + 2] << 64n) | each[word + 3];
    const remainder = BigInt.asUintN(places + 1, (digits >> beyond) * factor);
    const tooth = remainder <= one ? remainder : 2n * one - remainder;
    const value = 3n * tooth - one;
    sum <<= 1n;
    uncertain *= 2;
    if (value >= one + error) sum += one;
    else if (value > -error) {
      sum += value;
      uncertain++;
    }
  }
  const slack = BigInt(uncertain) * error;
  return { low: sum - slack, high: sum + slack, places: places + words.length };
}
