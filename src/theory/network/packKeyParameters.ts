import { checkCount } from "../../common/checkCount";
import { shown } from "../../common/shown";
import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";

/** Characters made at a time: an engine limits the number of arguments in a call. */
const ARGUMENTS = 4096;
const DIGIT_0 = "0".charCodeAt(0);

/** A_ℓ = 4^J·a_ℓ as a bigint, from the bits at one position of the levels; the first cube's bit is the highest. */
function packBase4(levels: ArrayLike<number>, position: number): bigint {
  const bit = (j: number) => (j < 0 ? 0 : (levels[j] >> position) & 1);
  // A hexadecimal digit holds two base-4 digits: 4θ_j + θ_{j+1} is 0, 1, 4 or 5. An odd J starts with half a digit.
  const odd = levels.length % 2;
  const codes = new Uint8Array((levels.length + odd) / 2);
  for (let h = 0; h < codes.length; h++) codes[h] = DIGIT_0 + 4 * bit(2 * h - odd) + bit(2 * h + 1 - odd);
  let hex = "0x0";
  for (let from = 0; from < codes.length; from += ARGUMENTS)
    hex += String.fromCharCode(...codes.subarray(from, from + ARGUMENTS));
  return BigInt(hex);
}

/** Bits of a level: one more would be the sign of a 32-bit integer. */
const MOST_BITS = 31;

/**
 * The key parameters a_ℓ = Σ_{j=1}^J θ_{j,ℓ} 4^{−j} ∈ [0, 1/3), ℓ = 1..n, from the levels
 * levels[j−1] = (θ_{j,1} … θ_{j,n})₂ of the J cubes [Theorem 2.1].
 * @throws RangeError for levels that are not integers of n bits: a part of them would be lost.
 */
export function packKeyParameters(levels: ArrayLike<number>, n: number): Dyadic[] {
  const J = levels.length;
  checkCount("packKeyParameters: n", n, 1, MOST_BITS);
  for (let j = 0; j < J; j++)
    if (!(Number.isInteger(levels[j]) && levels[j] >= 0 && levels[j] < 2 ** n))
      throw new RangeError(
        `packKeyParameters: level ${j} must be an integer from 0 to 2^${n} − 1; got ${shown(levels[j])}.`,
      );
  return Array.from({ length: n }, (_, i) => {
    const position = n - 1 - i;
    const integer = packBase4(levels, position);
    return integer === 0n ? ZERO : dyadic(integer, -2 * J);
  });
}

/**
 * The bit θ_j of a = Σ_j θ_j 4^{−j}, j = 1, 2, ….
 * @throws RangeError unless j is a positive integer.
 */
export function unpackBit(a: Dyadic, j: number): 0 | 1 {
  if (!Number.isSafeInteger(j) || j < 1)
    throw new RangeError(`unpackBit: j must be a positive integer; got ${shown(j)}.`);
  const shift = a.e + 2 * j;
  const digits = shift >= 0 ? a.m << BigInt(shift) : a.m >> BigInt(-shift);
  return (digits & 1n) === 1n ? 1 : 0;
}
