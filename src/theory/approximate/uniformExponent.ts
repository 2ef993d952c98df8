import { MAX_Q } from "../grid/grid";
import type { Target } from "../target/target";

/** What rounding in ω may cost. */
const SLACK = 2 ** -40;

/**
 * The smallest q with d·ω_f(2^{−q}) ≤ ω_f(√d)·2^{−fall}: strips so narrow that crossing them costs no more. For
 * Lipschitz and Hölder targets q follows from d, fall and α alone; for a modulus given as a function it is searched.
 * @throws RangeError if no q ≤ 1022 will do.
 */
export function uniformExponent(f: Target, fall: number): number {
  const d = f.dimension;
  const { modulus } = f;
  if (!("modulus" in modulus)) {
    const alpha = "holder" in modulus ? modulus.holder.alpha : 1;
    return Math.max(0, Math.ceil((fall + (1 - alpha / 2) * Math.log2(d)) / alpha));
  }
  const allowed = f.omega(Math.sqrt(d)) * 2 ** -fall;
  for (let q = 0; q <= MAX_Q; q++)
    if (d * f.omega(2 ** -q) <= allowed * (1 - SLACK) || allowed === 0) return q;
  throw new RangeError(
    `The modulus does not fall enough: ω(2^−${MAX_Q}) = ${f.omega(2 ** -MAX_Q)} > ω(√d)·2^−${fall}/d; give delta, or choose a smaller n.`,
  );
}
