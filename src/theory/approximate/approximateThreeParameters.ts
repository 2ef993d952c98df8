import { checkKeys } from "../../common/checkKeys";
import { lazy } from "../../common/lazy";
import { dyadic, ONE } from "../exact/dyadic";
import type { Grid } from "../grid/grid";
import type { Variant } from "../grid/quantise";
import { bitReader, packBits } from "../network/bitReader";
import { inputParameter } from "../network/inputParameter";
import { levelSteps } from "../network/levelSteps";
import { medianTree, shifts } from "../network/medianNetwork";
import { rangeNetwork } from "../network/rangeNetwork";
import { indexNetwork } from "../network/stepNetwork";
import { compose } from "../relu/compose";
import { affine, type ReluNetwork, reluNetwork } from "../relu/reluNetwork";
import { fanOut } from "../relu/sideBySide";
import type { Target } from "../target/target";
import { type Approximation, createApproximation } from "../value/approximation";
import { prepareUniform } from "./prepareUniform";

/** Parameters of `approximateThreeParameters` (Theorem 2.3). */
export type ThreeParametersOptions = {
  /** 2^n cubes along each axis; d·n ≤ 24. */
  readonly n: number;
  /** "paper" (default): the quantisation of Theorem 2.1; "centred" (ours). */
  readonly variant?: Variant;
  /** The width of the trifling strips, rounded down to a power of two; by default as small as the bound needs. */
  readonly delta?: number;
};

/**
 * φ_out of Theorem 2.3: (ϱ_1, …, ϱ_C, v) ↦ the median of Σ_ℓ 2^{−ℓ}·(bit (ℓ−1)J + ϱ_c of v), with the tent
 * τ(ϱ−j) = σ(ϱ−j+1) − 2σ(ϱ−j) + σ(ϱ−j−1) as gate: linear between neighbouring bits, so in [0,1] [ours, exact].
 */
function readLevels(grid: Grid, midLevel: boolean): ReluNetwork {
  const { d, n, J } = grid;
  const copies = 3 ** d;
  const sums = affine({
    inputs: 2 * copies,
    outputs: copies,
    weights: Array.from({ length: copies }, (_, c) => [c, copies + c, ONE] as const),
    ...(midLevel && { biases: Array.from({ length: copies }, (_, c) => [c, dyadic(1n, -n - 1)] as const) }),
  });
  return compose([reluNetwork(bitReader(copies, levelSteps(J, n))), sums, medianTree(d)], {
    sign: "nonnegative",
  });
}

/**
 * Theorem 2.3: φ = s·ϕ(x, v) + b with three intrinsic parameters v, s, b and the uniform bound of
 * approximateUniform; v = 0.(θ_{1,1} … θ_{J,1})(θ_{1,2} …) … holds every bit. The paper multiplies by bits
 * approximately; ours reads them in sequence, exactly, once for all 3^d copies.
 * @throws TypeError or RangeError for options out of range and targets that contradict their modulus.
 */
export function approximateThreeParameters(f: Target, options: ThreeParametersOptions): Approximation {
  checkKeys("approximateThreeParameters", options, { n: true, variant: true, delta: true } satisfies Record<
    keyof ThreeParametersOptions,
    true
  >);
  const { n } = options;
  const { grid, quantised, fields } = prepareUniform(f, "approximateThreeParameters", options);
  const { levels, s, b } = quantised;
  const { d, J } = grid;
  const v = lazy(() => {
    const bits = new Uint8Array(n * J);
    for (let l = 0; l < n; l++) for (let j = 0; j < J; j++) bits[l * J + j] = (levels[j] >> (n - 1 - l)) & 1;
    return packBits(bits);
  });
  return createApproximation({
    encoding: { construction: "threeParameters", grid, variant: fields.variant, quantised },
    ...fields,
    buildParts: () => ({
      phiIn: fanOut(shifts(d).map((shift) => indexNetwork(grid, shift))),
      phiF: inputParameter(3 ** d, v()),
      phiOut: readLevels(grid, fields.variant === "centred"),
      phiRange: rangeNetwork(s, b),
    }),
    intrinsic: () => ({ v: v(), s, b }),
  });
}
