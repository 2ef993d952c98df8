import { scale } from "../exact/arithmetic";
import type { Dyadic } from "../exact/dyadic";
import type { Quantised } from "./quantise";
import type { Walk } from "./walk";

/** What a continuous φ is at the nodes of a lattice: φ(v/K) = base + unit·integers[j − 1], j the index of v. */
export type NodeValues = {
  readonly integers: Int32Array;
  readonly unit: Dyadic;
  readonly base: Dyadic;
};

/** The middles of the levels: b + s·(level + ½)·2^{−n}. */
export function levelValues({ levels, s, b }: Quantised, n: number): NodeValues {
  const integers = new Int32Array(levels.length);
  for (let j = 0; j < levels.length; j++) integers[j] = 2 * levels[j] + 1;
  return Object.freeze({ integers, unit: scale(s, -n - 1), base: b });
}

/** The points of a walk through the nodes: w₁ + η·sum. */
export function walkValues({ sums, positions, eta, w1 }: Walk): NodeValues {
  return Object.freeze({ integers: Int32Array.from(positions, (k) => sums[k - 1]), unit: eta, base: w1 });
}
