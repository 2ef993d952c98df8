import { checkSize, createGrid, type Grid } from "../grid/grid";
import { type Quantised, quantise, type Variant } from "../grid/quantise";
import type { Target } from "../target/target";
import { checkTarget, checkVariant } from "./checkTarget";
import { uniformBound } from "./uniformBound";
import { uniformExponent } from "./uniformExponent";

/** What Theorems 2.2 and 2.3 have in common: the grid, the quantised target, and what is known of φ in advance. */
export function prepareUniform(
  f: Target,
  caller: string,
  { n, variant = "paper", delta }: { n: number; variant?: Variant; delta?: number },
) {
  checkTarget(f, caller);
  checkVariant(variant);
  const d = f.dimension;
  checkSize(d, n);
  const q = delta === undefined ? uniformExponent(f, variant === "paper" ? n : 2 * n + 1) : 0;
  const grid: Grid = createGrid(d, n, q, delta);
  const quantised: Quantised = quantise(f, grid, variant);
  const bound = uniformBound(f, grid, variant, quantised);
  const fields = { target: f, variant, norm: Infinity, region: "all", bound, bits: n * grid.J } as const;
  return { grid, quantised, fields };
}
