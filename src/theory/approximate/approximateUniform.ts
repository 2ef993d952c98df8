import { checkKeys } from "../../common/checkKeys";
import { lazy } from "../../common/lazy";
import { shown } from "../../common/shown";
import type { Variant } from "../grid/quantise";
import { phiTwo } from "../network/extractionNetwork";
import { keyNetwork } from "../network/keyNetwork";
import { medianTree, shifts } from "../network/medianNetwork";
import { packKeyParameters } from "../network/packKeyParameters";
import { phiOne } from "../network/phiOne";
import { rangeNetwork } from "../network/rangeNetwork";
import { compose } from "../relu/compose";
import { fanOut, sideBySide } from "../relu/sideBySide";
import type { Target } from "../target/target";
import { type Approximation, createApproximation } from "../value/approximation";
import { prepareUniform } from "./prepareUniform";

/** Parameters of `approximateUniform` (Theorem 2.2). */
export type UniformOptions = {
  /** 2^n cubes along each axis; d·n ≤ 24. */
  readonly n: number;
  /** Whether the 3^d copies share a₁ … a_n ("tied", default) or count 3^d·n key parameters ("untied"). */
  readonly copies?: "tied" | "untied";
  /** "paper" (default) or "centred" (ours). */
  readonly variant?: Variant;
  /** The width of the trifling strips, rounded down to a power of two; by default as small as the bound needs. */
  readonly delta?: number;
};

/**
 * Theorem 2.2: |φ(x) − f(x)| ≤ ω_f(√d·2^{−n}) + 2^{−n+2}·ω_f(√d) for all x ∈ [0,1]^d, by medians of 3^d copies of
 * Theorem 2.1 at x + δ·{−1,0,1}^d, taken before s·+b. Intrinsic: a₁ … a_n, s, b, the a_ℓ once (tied) or for each
 * copy (untied, a_ℓ@c). Ours, `variant: "centred"`: ω_f(√d·2^{−n−1}) + (max − min)·2^{−n−1} + d·ω_f(δ).
 * @throws TypeError or RangeError for options out of range and targets that contradict their modulus.
 */
export function approximateUniform(f: Target, options: UniformOptions): Approximation {
  checkKeys("approximateUniform", options, {
    n: true,
    copies: true,
    variant: true,
    delta: true,
  } satisfies Record<keyof UniformOptions, true>);
  const { n, copies = "tied" } = options;
  if (copies !== "tied" && copies !== "untied")
    throw new RangeError(`copies must be "tied" or "untied"; got ${shown(copies)}.`);
  const { grid, quantised, fields } = prepareUniform(f, "approximateUniform", options);
  const { levels, s, b } = quantised;
  const { d, J } = grid;
  const a = lazy(() => packKeyParameters(levels, n));
  const count = 3 ** d;
  const name = (l: number, c: number) => (copies === "tied" ? `a${l}` : `a${l}@${c}`);
  return createApproximation({
    encoding: { construction: "uniform", grid, variant: fields.variant, quantised },
    ...fields,
    key: a,
    buildParts: () => {
      const out = phiTwo(n, J, fields.variant === "centred");
      return {
        phiIn: fanOut(shifts(d).map((shift) => phiOne(grid, shift))),
        phiF: sideBySide(Array.from({ length: count }, (_, c) => keyNetwork(a(), (l) => name(l, c)))),
        phiOut: compose([sideBySide(Array(count).fill(out)), medianTree(d)], { sign: "nonnegative" }),
        phiRange: rangeNetwork(s, b),
      };
    },
    intrinsic: () => {
      const keys = Array.from({ length: copies === "tied" ? 1 : count }, (_, c) =>
        a().map((each, i) => [name(i + 1, c), each] as const),
      );
      return Object.fromEntries([...keys.flat(), ["s", s], ["b", b]]);
    },
  });
}
