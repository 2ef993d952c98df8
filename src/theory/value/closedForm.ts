import { add, compare, subtract } from "../exact/arithmetic";
import { type Dyadic, ONE, ZERO } from "../exact/dyadic";
import { fromNumber } from "../exact/toNumber";
import { alongAxis, type Grid } from "../grid/grid";
import { median } from "../network/medianNetwork";
import type { Decoder, Enclosure, IndexFunction } from "./decoder";
import type { CubeEncoding } from "./encoding";

/** j + t plus `step` = inside·stride; the whole part and the fraction of the step are exact in float64. */
function stepAlong(j: number, t: Dyadic, step: number): { j: number; t: Dyadic } {
  const whole = Math.floor(step);
  const sum = add(t, fromNumber(step - whole));
  return compare(sum, ONE) < 0 ? { j: j + whole, t: sum } : { j: j + whole + 1, t: subtract(sum, ONE) };
}

/** The index function at ϱ(x), for any float64 point x of the cube [0,1]^d. */
function indexedValue(value: IndexFunction, grid: Grid, x: ArrayLike<number>): Enclosure {
  let at = { j: 1, t: ZERO };
  for (let i = 0, stride = 1; i < grid.d; i++, stride *= grid.K) {
    const { k, inside } = alongAxis(grid, x[i]);
    at = stepAlong(at.j + k * stride, at.t, inside * stride);
  }
  return value(at.j, at.t);
}

/**
 * The medians of Theorem 2.2 at x. Along an axis at most one of x − δe_i, x, x + δe_i lies in a strip. Unless it
 * is x, the two others lie in one cube, and their value is the median. So only strips that contain x need three
 * values. A median never falls when one of its numbers grows, so the medians of the enclosures' ends enclose it.
 */
function medianValue(value: IndexFunction, grid: Grid, x: ArrayLike<number>): Enclosure {
  const axes = Array.from({ length: grid.d }, (_, i) => alongAxis(grid, x[i]));
  const along = (i: number, j: number, t: Dyadic): Enclosure => {
    if (i < 0) return value(j, t);
    const stride = grid.K ** i;
    const { k, inside } = axes[i];
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

/**
 * The float64 nearest to φ(x), x ∈ [0,1]^d, without φ's network: the decoder gives the value at the index ϱ(x), or
 * at those of the 3^d copies of Theorem 2.2; then come medians and φ_{f,R}. If one float64 is nearest to both ends of
 * an enclosure of φ(x), it is the answer; otherwise all digits are computed.
 */
export function closedForm(
  { construction, grid }: CubeEncoding,
  { exactly, nearby, ranged }: Decoder,
): (x: ArrayLike<number>) => number {
  const copied = construction === "uniform" || construction === "threeParameters";
  const at = copied ? medianValue : indexedValue;
  return (x) => {
    const { low, high } = at(nearby, grid, x);
    const nearest = ranged(low);
    if (low === high || Object.is(ranged(high), nearest)) return nearest;
    return ranged(at(exactly, grid, x).low);
  };
}
