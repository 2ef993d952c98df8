import { add, compare, multiply } from "../exact/arithmetic";
import { type Dyadic, dyadic } from "../exact/dyadic";
import { up } from "../exact/rounding";
import { fromNumber, toNumber } from "../exact/toNumber";
import type { Target } from "../target/target";
import type { Grid } from "./grid";
import { sampleCubes, sampleNodes } from "./quantise";
import { serpentineNodes, serpentinePositions } from "./serpentine";

/** One bit for each step along a path: w_{m+1} = w_m + η(2u_m − 1), w₁ = f at its start [ours: delta modulation]. */
export type Steps = {
  readonly eta: Dyadic;
  readonly w1: Dyadic;
  /** u_1, u_2, …, one for each step. */
  readonly bits: Uint8Array;
  /** sums[k−1] = Σ_{m<k} (2u_m − 1), at position k. */
  readonly sums: Int32Array;
};

/** The steps along the serpentine through all cubes. */
export type Walk = Steps & {
  /** positions[ϱ−1] = k. */
  readonly positions: Uint32Array;
};

/** w₁ + η·x. */
export const reach = ({ eta, w1 }: Pick<Walk, "eta" | "w1">, x: Dyadic): Dyadic => add(w1, multiply(eta, x));

/**
 * Walks along samples of f of which neighbours are 1/K apart, each step of size η towards f; then |w_k − f| ≤ η at
 * each. η = ω_f(1/K), rounded up, or the largest step between consecutive samples if rounding in f made that larger.
 */
function stepAlong(f: Target, { K }: Grid, along: Float64Array): Steps {
  const count = along.length;
  let step = up(f.omega(up(1 / K)));
  for (let k = 1; k < count; k++) step = Math.max(step, up(Math.abs(along[k] - along[k - 1])));
  const eta = fromNumber(step);
  const range = { eta, w1: fromNumber(along[0]) };
  // Sums repeat along the walk: w = w₁ + η·sum is computed once for each.
  const known = new Map<number, { exact: Dyadic; float: number }>();
  const at = (sum: number) => {
    let w = known.get(sum);
    if (w === undefined) {
      const exact = reach(range, dyadic(BigInt(sum)));
      w = { exact, float: toNumber(exact) };
      known.set(sum, w);
    }
    return w;
  };
  const bits = new Uint8Array(count - 1);
  const sums = new Int32Array(count);
  for (let k = 1; k < count; k++) {
    const sum = sums[k - 1];
    const w = at(sum);
    const next = along[k];
    const upwards = next === w.float ? compare(fromNumber(next), w.exact) >= 0 : next > w.float;
    bits[k - 1] = upwards ? 1 : 0;
    sums[k] = sum + (upwards ? 1 : -1);
  }
  return { ...range, bits, sums };
}

/** The values in the order of their positions, which count from 1. */
function inOrder(values: Float64Array, positions: Uint32Array): Float64Array {
  const along = new Float64Array(values.length);
  for (let j = 0; j < along.length; j++) along[positions[j] - 1] = values[j];
  return along;
}

/** Walks the cube centres in serpentine order, each step of size η towards f; then |w_k − f(c_k)| ≤ η for all k. */
export function walkSerpentine(f: Target, grid: Grid): Walk {
  const positions = serpentinePositions(grid);
  const steps = stepAlong(f, grid, inOrder(sampleCubes(f, grid, "centred"), positions));
  return Object.freeze({ ...steps, positions });
}

/** Walks the nodes {0..K}^d of a lattice in serpentine order in the same way. */
export function walkNodes(f: Target, grid: Grid): Walk {
  const positions = serpentineNodes(grid);
  return Object.freeze({ ...stepAlong(f, grid, inOrder(sampleNodes(f, grid), positions)), positions });
}
