import { checkKeys } from "../../common/checkKeys";
import { lazy } from "../../common/lazy";
import { dyadic, ONE } from "../exact/dyadic";
import { up } from "../exact/rounding";
import { toNumber } from "../exact/toNumber";
import { checkSize, createGrid } from "../grid/grid";
import { serpentineNetwork } from "../grid/serpentine";
import { walkSerpentine } from "../grid/walk";
import { bitReader, packBits } from "../network/bitReader";
import { inputParameter } from "../network/inputParameter";
import { indexNetwork } from "../network/stepNetwork";
import { walkRange } from "../network/walkRange";
import { compose } from "../relu/compose";
import { affine, type ReluNetwork, reluNetwork } from "../relu/reluNetwork";
import { granted } from "../target/checkModulus";
import type { Target } from "../target/target";
import { type Approximation, createApproximation } from "../value/approximation";
import { valueRange } from "../value/valueRange";
import { checkTarget } from "./checkTarget";

/** Parameters of `approximateDelta`. */
export type DeltaOptions = {
  /** 2^n cubes along each axis; d·n ≤ 24. */
  readonly n: number;
  /** The width of the trifling strips, rounded down to a power of two. */
  readonly delta?: number;
};

/** (k, v) ↦ (A, k − 1), A = Σ_j 2σ(u_j + 1[j<k] − 1) with 1[j<k] = σ(k−j) − σ(k−j−1); both ≥ 0. */
function readWalk(J: number): ReluNetwork {
  const steps = Array.from({ length: J - 1 }, (_, i) => ({
    gate: [
      { knot: i + 1, slope: 1 },
      { knot: i + 2, slope: -1 },
    ],
    weight: dyadic(1n, 1),
  }));
  const out = affine({
    inputs: 2,
    outputs: 2,
    weights: [
      [0, 1, ONE],
      [1, 0, ONE],
    ],
    biases: [[1, -1]],
  });
  return compose([reluNetwork(bitReader(1, steps)), out], { sign: "nonnegative" });
}

/**
 * Ours, one bit for each cube: delta modulation along the serpentine, three intrinsic parameters v (J−1 bits), η,
 * w₁. Off Ω: |φ(x) − f(x)| ≤ ω_f(√d/(2K)) + ω_f(1/K), for Lipschitz f λ2^{−n}(√d/2 + 1) < 5λ√d·2^{−n}.
 * @throws TypeError or RangeError for options out of range and targets that contradict their modulus.
 */
export function approximateDelta(f: Target, options: DeltaOptions): Approximation {
  checkTarget(f, "approximateDelta");
  checkKeys("approximateDelta", options, { n: true, delta: true } satisfies Record<keyof DeltaOptions, true>);
  const { n, delta } = options;
  const d = f.dimension;
  checkSize(d, n);
  // As in approximateLp for p = 2: the measure of Ω does not depend on f.
  const grid = createGrid(d, n, n + Math.ceil(Math.log2(d)) + 2 * (n + 1), delta);
  const { J } = grid;
  const walk = walkSerpentine(f, grid);
  const { eta, w1, bits } = walk;
  const v = lazy(() => packBits(bits));
  const encoding = { construction: "delta", grid, walk } as const;
  const near = up(f.omega(up(Math.sqrt(d)) * 2 ** (-n - 1)));
  const [least, most] = valueRange(encoding);
  return createApproximation({
    encoding,
    target: f,
    variant: "centred",
    norm: Infinity,
    region: "good",
    bound: up(granted(near, Math.max(-least, most) + toNumber(eta)) + toNumber(eta)),
    bits: J - 1,
    buildParts: () => ({
      phiIn: compose([indexNetwork(grid), serpentineNetwork(grid)], { sign: "nonnegative" }),
      phiF: inputParameter(1, v()),
      phiOut: readWalk(J),
      phiRange: walkRange(eta, w1),
    }),
    intrinsic: () => ({ v: v(), eta, w1 }),
  });
}
