import { toNumber } from "../exact/float64";
import { compose } from "../relu/compose";
import { fanOut, renameIntrinsic, sideBySide } from "../relu/parallel";
import type { Target } from "../target/target";
import { type Approximation, createApproximation } from "./approximation";
import { evaluateGrid } from "./evaluateGrid";
import { phiTwo } from "./extraction";
import { checkSize, createGrid } from "./grid";
import { createKeyCode } from "./keyCode";
import { keyNetwork } from "./keyNetwork";
import { medianTree, shifts } from "./median";
import { checkTarget, checkVariant } from "./options";
import { phiOne } from "./phiOne";
import type { Variant } from "./quantise";
import { rangeNetwork } from "./rangeNetwork";
import { medianValue } from "./triflingValue";
import { uniformBound } from "./uniformBound";
import { uniformExponent } from "./uniformDelta";

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
  checkTarget(f, "approximateUniform");
  const { n, copies = "tied", variant = "paper", delta } = options;
  const d = f.dimension;
  checkVariant(variant);
  if (copies !== "tied" && copies !== "untied")
    throw new RangeError(`copies must be "tied" or "untied", got ${String(copies)}`);
  checkSize(d, n);
  const grid = createGrid(
    d,
    n,
    delta === undefined ? uniformExponent(f, variant === "paper" ? n : 2 * n + 1) : 0,
    delta,
  );
  const code = createKeyCode(f, grid, variant);
  const { s, b } = code;
  const count = 3 ** d;
  return createApproximation({
    construction: "uniform",
    target: f,
    n,
    variant,
    norm: Infinity,
    region: "all",
    delta: grid.delta,
    bound: uniformBound(f, grid, variant, toNumber(s)),
    grid,
    bits: n * grid.J,
    buildParts: () => {
      const key = keyNetwork(code.a());
      const keys = Array.from({ length: count }, (_, c) =>
        copies === "tied" ? key : renameIntrinsic(key, (name) => `${name}@${c}`),
      );
      const out = phiTwo(n, grid.J, variant === "centred");
      return {
        phiIn: fanOut(shifts(d).map((shift) => phiOne(grid, shift))),
        phiF: sideBySide(keys),
        phiOut: compose([sideBySide(Array(count).fill(out)), medianTree(d)], { sign: "nonnegative" }),
        phiRange: rangeNetwork(s, b),
      };
    },
    assemble: ({ phiIn, phiF, phiOut, phiRange }) =>
      compose([phiIn, phiF, phiOut, phiRange], { sign: "nonnegative" }),
    intrinsic: () => {
      const keys = Array.from({ length: copies === "tied" ? 1 : count }, (_, c) =>
        code.a().map((a, i) => [`a${i + 1}${copies === "tied" ? "" : `@${c}`}`, a] as const),
      );
      return Object.freeze(Object.fromEntries([...keys.flat(), ["s", s], ["b", b]]));
    },
    evaluator: () => {
      const table = code.table();
      return (points) => evaluateGrid(grid, table, points, (x) => code.ranged(medianValue(code, grid, x)));
    },
  });
}
