import { add, compare, subtract } from "../exact/arithmetic";
import { type Dyadic, ONE, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import { median } from "../network/medianNetwork";

/** low ≤ value ≤ high; one object twice where the value is known. */
export type Enclosure = { readonly low: Dyadic; readonly high: Dyadic };

/** A function of the index ϱ ∈ [1, J], at j + t for 0 ≤ t < 1. */
export type IndexFunction = (j: number, t: Dyadic) => Enclosure;

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
export function indexedValue(value: IndexFunction, grid: Grid, x: ArrayLike<number>): Enclosure {
  let at = { j: 1, t: ZERO };
  for (let i = 0, stride = 1; i < grid.d; i++, stride *= grid.K) {
    const { k, inside } = place(grid, x[i]);
    at = stepAlong(at.j + k * stride, at.t, inside * stride);
  }
  return value(at.j, at.t);
}

/**
 * The medians of Theorem 2.2 at x. Along an axis at most one of x − δe_i, x, x + δe_i lies in a strip; unless it
 * is x itself, the two others lie in one cube and are the median. So only strips that hold x need three values.
 * A median grows with each of its three numbers, so medians of enclosures' ends enclose it.
 */
export function medianValue(value: IndexFunction, grid: Grid, x: ArrayLike<number>): Enclosure {
  const places = Array.from({ length: grid.d }, (_, i) => place(grid, x[i]));
  const along = (i: number, j: number, t: Dyadic): Enclosure => {
    if (i < 0) return value(j, t);
    const stride = grid.K ** i;
    const { k, inside } = places[i];
    const from = j + k * stride;
    if (inside === 0) return along(i - 1, from, t);
    const before = along(i - 1, from, t);
    const after = along(i - 1, from + stride, t);
    if (before === after) return before;
    const at = stepAlong(from, t, inside * stride);
    const middle = along(i - 1, at.j, at.t);
    return {
      low: median(before.low, middle.low, after.low),
      high: median(before.high, middle.high, after.high),
    };
  };
  return along(grid.d - 1, 1, ZERO);
}
