import { add, compare, multiply } from "../exact/arithmetic";
import { type Dyadic, dyadic } from "../exact/dyadic";
import { up } from "../exact/rounding";
import { fromNumber, toNumber } from "../exact/toNumber";
import type { Target } from "../target/target";
import type { Grid } from "./grid";
import { sampleCubes } from "./quantise";
import { serpentinePositions } from "./serpentine";

/** One bit for each step of the serpentine: w_{m+1} = w_m + η(2u_m − 1), w₁ = f(c₁) [ours: delta modulation]. */
export type Walk = {
  readonly eta: Dyadic;
  readonly w1: Dyadic;
  /** u_1 … u_{J−1}. */
  readonly bits: Uint8Array;
  /** sums[k−1] = Σ_{m<k} (2u_m − 1), at position k. */
  readonly sums: Int32Array;
  /** positions[ϱ−1] = k. */
  readonly positions: Uint32Array;
};

/** w₁ + η·x. */
export const reach = ({ eta, w1 }: Pick<Walk, "eta" | "w1">, x: Dyadic): Dyadic => add(w1, multiply(eta, x));

/**
 * Walks the cube centres in serpentine order, each step of size η towards f; then |w_k − f(c_k)| ≤ η for all k.
 * η = ω_f(1/K), rounded up, or the largest step between consecutive samples if rounding in f made that larger.
 */
export function walkSerpentine(f: Target, grid: Grid): Walk {
  const { J, K } = grid;
  const samples = sampleCubes(f, grid, "centred");
  const positions = serpentinePositions(grid);
  const along = new Float64Array(J);
  for (let j = 0; j < J; j++) along[positions[j] - 1] = samples[j];
  let step = up(f.omega(up(1 / K)));
  for (let k = 1; k < J; k++) step = Math.max(step, up(Math.abs(along[k] - along[k - 1])));
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
  const bits = new Uint8Array(J - 1);
  const sums = new Int32Array(J);
  for (let k = 1; k < J; k++) {
    const sum = sums[k - 1];
    const w = at(sum);
    const next = along[k];
    const upwards = next === w.float ? compare(fromNumber(next), w.exact) >= 0 : next > w.float;
    bits[k - 1] = upwards ? 1 : 0;
    sums[k] = sum + (upwards ? 1 : -1);
  }
  return Object.freeze({ ...range, bits, sums, positions });
}
