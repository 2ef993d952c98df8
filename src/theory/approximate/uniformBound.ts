import { up } from "../exact/rounding";
import { toNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import type { Quantised, Variant } from "../grid/quantise";
import { BEYOND, granted } from "../target/checkModulus";
import type { Target } from "../target/target";

/**
 * An upper bound of sup |φ − f| for the medians of Theorem 2.2: the theorem's ω_f(√d/K) + 2^{−n+2}ω_f(√d), or
 * Lemma A.2's, if a wide δ makes that larger, ω_f(√d/K) + s·2^{−n} + d·ω_f(δ); "centred" (ours)
 * ω_f(√d/(2K)) + s·2^{−n−1} + d·ω_f(δ). Each ω_f with the slack that checkModulus grants.
 */
export function uniformBound(f: Target, grid: Grid, variant: Variant, { s, b }: Quantised): number {
  const { d, n } = grid;
  const range = up(toNumber(s));
  const size = Math.abs(toNumber(b)) + range;
  const diagonal = up(Math.sqrt(d));
  const half = variant === "centred" ? 1 : 0;
  const omega = (r: number) => up(f.omega(r));
  const near = omega(diagonal * 2 ** (-n - half));
  const shifted = up(d * granted(omega(grid.delta), size));
  const sum = up(granted(near, size) + up(range * 2 ** (-n - half)) + shifted);
  if (variant === "centred") return sum;
  const most = omega(diagonal);
  // How far f may leave [b, b + s] without contradicting its modulus.
  const beyond = up(most * BEYOND) + granted(0, size + most);
  return Math.max(up(sum + beyond), up(near + most * 2 ** (2 - n)));
}
