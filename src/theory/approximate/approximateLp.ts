import { checkKeys } from "../../common/checkKeys";
import { lazy } from "../../common/lazy";
import { shown } from "../../common/shown";
import { up } from "../exact/rounding";
import { toNumber } from "../exact/toNumber";
import { checkSize, createGrid } from "../grid/grid";
import { quantise, type Variant } from "../grid/quantise";
import { phiTwo } from "../network/extractionNetwork";
import { keyNetwork } from "../network/keyNetwork";
import { packKeyParameters } from "../network/packKeyParameters";
import { phiOne } from "../network/phiOne";
import { rangeNetwork } from "../network/rangeNetwork";
import { BEYOND, granted } from "../target/checkModulus";
import type { Target } from "../target/target";
import { type Approximation, createApproximation } from "../value/approximation";
import { checkTarget, checkVariant } from "./checkTarget";

/** Parameters of `approximateLp` (Theorem 2.1). */
export type LpOptions = {
  /** 2^n cubes along each axis; d·n ≤ 24. */
  readonly n: number;
  /** The norm, 1 ≤ p < ∞; default 2. */
  readonly p?: number;
  /** "paper" (default) or "centred" (ours: constant 1 instead of 5). */
  readonly variant?: Variant;
  /** The width of the trifling strips, rounded down to a power of two; by default as small as the bound needs. */
  readonly delta?: number;
};

/**
 * Theorem 2.1: φ = s·(φ₂∘L∘φ₁) + b with n + 2 intrinsic parameters a₁ … a_n, s, b and
 * ‖φ − f‖_{L^p([0,1]^d)} ≤ ω_f(√d·2^{−n}) + 2^{−n+2}·ω_f(√d), for Lipschitz f ≤ 5λ√d·2^{−n}.
 * Ours, `variant: "centred"`: ≤ ω_f(√d·2^{−n−1}) + (max − min)·2^{−n−1} + what the strips add, for Lipschitz
 * f ≤ λ√d·2^{−n}. With a `delta` above the default, `.bound` adds what the wider strips may cost.
 * @throws TypeError or RangeError for options out of range and targets that contradict their modulus.
 */
export function approximateLp(f: Target, options: LpOptions): Approximation {
  checkTarget(f, "approximateLp");
  checkKeys("approximateLp", options, { n: true, p: true, variant: true, delta: true } satisfies Record<
    keyof LpOptions,
    true
  >);
  const { n, p = 2, variant = "paper", delta } = options;
  const d = f.dimension;
  checkVariant(variant);
  checkSize(d, n);
  if (typeof p !== "number" || !(p >= 1 && p < Infinity))
    throw new RangeError(
      `p must be a number with 1 ≤ p < ∞; got ${shown(p)}; for p = ∞ use approximateUniform.`,
    );
  // d·K·δ ≤ 2^{−p(n+1)}, centred 2^{−p(2n+1)}: then the strips add at most 2^{−n−1} (2^{−2n−1}) times the range.
  const fall = variant === "paper" ? n + 1 : 2 * n + 1;
  const grid = createGrid(d, n, n + Math.ceil(Math.log2(d)) + Math.ceil(p * fall), delta);
  const quantised = quantise(f, grid, variant);
  const { levels, s, b } = quantised;
  const a = lazy(() => packKeyParameters(levels, n));
  const range = up(toNumber(s));
  const size = Math.abs(toNumber(b)) + range;
  const diagonal = up(Math.sqrt(d));
  const omega = (r: number) => up(f.omega(r));
  // (d·K·δ)^(1/p); the exponent's own rounding counts where δ is tiny.
  const log = (Math.log2(d) + n - grid.q) / p;
  const strips = up(2 ** (log + Math.abs(log) * 2 ** -50));
  let bound: number;
  if (variant === "paper") {
    const near = omega(diagonal * 2 ** -n);
    const most = omega(diagonal);
    // How far f may leave [b, b + s] without contradicting its modulus.
    const beyond = up(most * BEYOND) + granted(0, size + most);
    bound = Math.max(
      up(near + most * 2 ** (2 - n)),
      up(granted(near, size) + up(range * 2 ** -n) + beyond + (range + beyond) * strips),
    );
  } else {
    const near = granted(omega(diagonal * 2 ** (-n - 1)), size);
    bound = up(near + up(range * 2 ** (-n - 1)) + (range + near) * strips);
  }
  return createApproximation({
    encoding: { construction: "lp", grid, variant, quantised },
    target: f,
    variant,
    norm: p,
    region: "all",
    bound,
    bits: n * grid.J,
    key: a,
    buildParts: () => ({
      phiIn: phiOne(grid),
      phiF: keyNetwork(a()),
      phiOut: phiTwo(n, grid.J, variant === "centred"),
      phiRange: rangeNetwork(s, b),
    }),
    intrinsic: () => Object.fromEntries([...a().map((each, i) => [`a${i + 1}`, each]), ["s", s], ["b", b]]),
  });
}
