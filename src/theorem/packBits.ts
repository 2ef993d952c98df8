import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";

/** A_ℓ = 4^J·a_ℓ as a bigint, from one bit for each cube, the first one highest. */
function packBase4(bit: (j: number) => number, J: number): bigint {
  // A hexadecimal digit holds two base-4 digits; J is even.
  const chunks: string[] = [];
  const digits = "01..45"; // 4θ_j + θ_{j+1} is one of 0, 1, 4, 5
  let chunk = "";
  for (let j = 0; j < J; j += 2) {
    chunk += digits[4 * bit(j) + bit(j + 1)];
    if (chunk.length === 4096) {
      chunks.push(chunk);
      chunk = "";
    }
  }
  return BigInt(`0x${chunks.join("")}${chunk}`);
}

/**
 * The key parameters a_ℓ = Σ_{j=1}^J θ_{j,ℓ} 4^{−j} ∈ [0, 1/3), ℓ = 1..n, from the levels
 * levels[j−1] = (θ_{j,1} … θ_{j,n})₂ of the J cubes, J even [Theorem 2.1].
 */
export function packKeyParameters(levels: ArrayLike<number>, n: number): Dyadic[] {
  const J = levels.length;
  return Array.from({ length: n }, (_, i) => {
    const place = n - 1 - i;
    const integer = packBase4((j) => (levels[j]! >> place) & 1, J);
    return integer === 0n ? ZERO : dyadic(integer, -2 * J);
  });
}

/** The bit θ_j of a = Σ_j θ_j 4^{−j}, j = 1, 2, …. */
export function unpackBit(a: Dyadic, j: number): 0 | 1 {
  const shift = a.e + 2 * j;
  const digits = shift >= 0 ? a.m << BigInt(shift) : a.m >> BigInt(-shift);
  return (digits & 1n) === 1n ? 1 : 0;
}
