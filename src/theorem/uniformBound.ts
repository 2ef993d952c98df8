import type { Target } from "../target/target";
import type { Grid } from "./grid";
import type { Variant } from "./quantise";
import { up } from "./rounding";

/**
 * An upper bound of sup |φ − f| for the medians of Theorem 2.2: the theorem's ω_f(√d/K) + 2^{−n+2}ω_f(√d), or, if
 * a wide δ makes it larger, what Lemma A.2 gives, ω_f(√d/K) + s·2^{−n} + d·ω_f(δ); "centred" (ours)
 * ω_f(√d/(2K)) + s·2^{−n−1} + d·ω_f(δ).
 */
export function uniformBound(f: Target, grid: Grid, variant: Variant, s: number): number {
  const { d, n } = grid;
  const diagonal = up(Math.sqrt(d));
  const half = variant === "centred" ? 1 : 0;
  const near = up(f.omega(diagonal * 2 ** (-n - half)));
  const sum = up(near + up(s) * 2 ** (-n - half) + d * up(f.omega(grid.delta)));
  return variant === "centred" ? sum : Math.max(sum, up(near + up(4 * f.omega(diagonal)) * 2 ** -n));
}
