import { add, compare, floor, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/float64";
import type { Grid } from "./grid";
import { median } from "./median";

/** A function of the index ϱ ∈ [1, J]: at an integer j, and at j + t for 0 < t < 1. */
export type IndexFunction = {
  readonly atIndex: (j: number) => Dyadic;
  /** The value; or, given low ≤ high, any number on the same side of each, which a median does not tell apart. */
  readonly between: (j: number, t: Dyadic, low?: Dyadic, high?: Dyadic) => Dyadic;
};

/** The value of an index function at any ϱ ∈ [1, J]. */
export function valueAt(code: IndexFunction, rho: Dyadic): Dyadic {
  const j = floor(rho);
  const t = subtract(rho, dyadic(j));
  return t.m === 0n ? code.atIndex(Number(j)) : code.between(Number(j), t);
}

/** Where x stands along each axis: ⌊Kx_i⌋, and how far it is inside the strip behind that cube, else 0. */
type Place = { readonly k: number; readonly inside: number };

function place({ K, n, q, delta }: Grid, x: number): Place {
  const threshold = 1 - K * delta;
  const scaled = x * K;
  const k = Math.min(Math.floor(scaled), K - 1);
  // The difference of two float64 in [½, 1] and its scaling by 2^(q−n) are exact.
  const inside = k < K - 1 && scaled - k > threshold ? (scaled - k - threshold) * 2 ** (q - n) : 0;
  return { k, inside };
}

/** j + t after a step of `inside`·stride along ϱ; the step's whole and fraction are exact in float64. */
function stepAlong(j: number, t: Dyadic, step: number): { j: number; t: Dyadic } {
  const whole = Math.floor(step);
  const sum = add(t, fromNumber(step - whole));
  return compare(sum, ONE) < 0 ? { j: j + whole, t: sum } : { j: j + whole + 1, t: subtract(sum, ONE) };
}

/** The index function at ϱ(x), x any float64 point of the cube. */
export function indexedValue(code: IndexFunction, grid: Grid, x: ArrayLike<number>): Dyadic {
  let at = { j: 1, t: ZERO };
  for (let i = 0, stride = 1; i < grid.d; i++, stride *= grid.K) {
    const { k, inside } = place(grid, x[i]!);
    at = stepAlong(at.j + k * stride, at.t, inside * stride);
  }
  return at.t.m === 0n ? code.atIndex(at.j) : code.between(at.j, at.t);
}

/**
 * The medians of Theorem 2.2 at x. Along an axis at most one of x − δe_i, x, x + δe_i lies in a strip; unless it
 * is x itself, the two others lie in one cube and are the median. So only strips that hold x need three values.
 */
export function medianValue(code: IndexFunction, grid: Grid, x: ArrayLike<number>): Dyadic {
  const places = Array.from({ length: grid.d }, (_, i) => place(grid, x[i]!));
  const value = (i: number, j: number, t: Dyadic, low?: Dyadic, high?: Dyadic): Dyadic => {
    if (i < 0) return t.m === 0n ? code.atIndex(j) : code.between(j, t, low, high);
    const stride = grid.K ** i;
    const { k, inside } = places[i]!;
    const from = j + k * stride;
    if (inside === 0) return value(i - 1, from, t, low, high);
    const before = value(i - 1, from, t);
    const after = value(i - 1, from + stride, t);
    const order = compare(before, after);
    if (order === 0) return before;
    const at = stepAlong(from, t, inside * stride);
    const middle =
      order < 0 ? value(i - 1, at.j, at.t, before, after) : value(i - 1, at.j, at.t, after, before);
    return median(before, middle, after);
  };
  return value(grid.d - 1, 1, ZERO);
}
