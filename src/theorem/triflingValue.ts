import { add, floor, scale, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic } from "../exact/dyadic";
import { fromNumber } from "../exact/float64";
import type { Grid } from "./grid";
import { median } from "./median";

/** A function of the index ϱ ∈ [1, J]: at an integer j, and at j + t for 0 < t < 1. */
export type IndexFunction = {
  readonly atIndex: (j: number) => Dyadic;
  readonly between: (j: number, t: Dyadic) => Dyadic;
};

/** The value of an index function at any ϱ ∈ [1, J]. */
export function valueAt(code: IndexFunction, rho: Dyadic): Dyadic {
  const j = floor(rho);
  const t = subtract(rho, dyadic(j));
  return t.m === 0n ? code.atIndex(Number(j)) : code.between(Number(j), t);
}

/** ⌊Kx_i⌋ along each axis, and how far x_i stands inside the strip behind that cube: 0 outside, else in (0, 1). */
function place(grid: Grid, x: ArrayLike<number>): { k: number; inside: number }[] {
  const { K, n, q } = grid;
  const threshold = 1 - K * grid.delta;
  return Array.from(x, (t) => {
    const scaled = t * K;
    const k = Math.min(Math.floor(scaled), K - 1);
    // The difference of two float64 in [½, 1] and its scaling by 2^(q−n) are exact.
    const inside = k < K - 1 && scaled - k > threshold ? (scaled - k - threshold) * 2 ** (q - n) : 0;
    return { k, inside };
  });
}

/** The index function at ϱ(x), x any float64 point of the cube. */
export function indexedValue(code: IndexFunction, grid: Grid, x: ArrayLike<number>): Dyadic {
  let rho = dyadic(1n);
  place(grid, x).forEach(({ k, inside }, i) => {
    rho = add(rho, scale(add(dyadic(BigInt(k)), fromNumber(inside)), grid.n * i));
  });
  return valueAt(code, rho);
}

/**
 * The medians of Theorem 2.2 at x. Along an axis at most one of x − δe_i, x, x + δe_i lies in a strip; unless it
 * is x itself, the two others lie in one cube and are the median. So only strips that hold x need three values.
 */
export function medianValue(code: IndexFunction, grid: Grid, x: ArrayLike<number>): Dyadic {
  const axes = place(grid, x);
  const from = (i: number, rho: Dyadic): Dyadic => {
    if (i < 0) return valueAt(code, rho);
    const { k, inside } = axes[i]!;
    const at = (g: Dyadic) => from(i - 1, add(rho, scale(g, grid.n * i)));
    const before = at(dyadic(BigInt(k)));
    if (inside === 0) return before;
    const after = at(dyadic(BigInt(k + 1)));
    if (before.m === after.m && before.e === after.e) return before;
    return median(before, at(add(dyadic(BigInt(k)), fromNumber(inside))), after);
  };
  return from(grid.d - 1, dyadic(1n));
}
