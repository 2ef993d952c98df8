import { shown } from "../../common/shown";
import { add, multiply, scale } from "../exact/arithmetic";
import { bitLength } from "../exact/bitLength";
import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import type { Modulus } from "../target/modulus";

/** Moduli that a file can hold. */
export type FileModulus = Exclude<Modulus, { readonly modulus: unknown }>;

/** ⌊√m⌋ by Newton's method. */
function integerRoot(m: bigint): bigint {
  if (m < 2n) return m;
  let root = 1n << BigInt(Math.ceil(bitLength(m) / 2));
  for (;;) {
    const next = (root + m / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** A number ≥ √x, by less than one part in 2^60. */
export function squareRootAbove(x: Dyadic): Dyadic {
  if (x.m === 0n) return ZERO;
  // m·2^e with an even e and at least 128 bits in m.
  const missing = Math.max(0, 128 - bitLength(x.m));
  const shift = missing + (Math.abs(x.e - missing) % 2);
  return dyadic(integerRoot(x.m << BigInt(shift)) + 1n, (x.e - shift) / 2);
}

/** How often a root is taken for r^α = (r²)^(α/2): α = 1, 1/2, 1/4, …, 2^−20. */
const MOST_ROOTS = 20;

/** @throws RangeError unless the modulus is Lipschitz, or Hölder with α = 1, 1/2, 1/4, …: others have no exact bounds here. */
export function checkFileModulus(modulus: Modulus): FileModulus {
  if ("modulus" in modulus)
    throw new RangeError(
      "A certificate in a file needs lipschitz or holder: a function cannot be written down.",
    );
  if ("holder" in modulus) {
    const { alpha } = modulus.holder;
    const roots = -Math.log2(alpha);
    // Logarithms of neighbours of a power are rounded to its own.
    if (!Number.isInteger(roots) || roots < 0 || roots > MOST_ROOTS || 2 ** -roots !== alpha)
      throw new RangeError(
        `A certificate in a file needs alpha = 1, 1/2, 1/4, …, whose powers are square roots; got ${shown(alpha)}.`,
      );
  }
  return modulus;
}

/**
 * How far f may stray from its value y within a distance whose square is `square`: a number
 * ≥ ω·(1 + 2^−39) + (|y| + ω)·2^−49 + 2^−1070, which is more than checkModulus grants.
 */
export function strayFrom(modulus: FileModulus, y: number, square: Dyadic): Dyadic {
  const holder = "holder" in modulus ? modulus.holder : { lambda: modulus.lipschitz, alpha: 1 };
  let power = squareRootAbove(square);
  for (let alpha = 1; alpha > holder.alpha; alpha /= 2) power = squareRootAbove(power);
  const omega = multiply(fromNumber(holder.lambda), power);
  const size = add(fromNumber(Math.abs(y)), omega);
  return add(add(omega, scale(omega, -39)), add(scale(size, -49), dyadic(1n, -1070)));
}
