import { lazy } from "../../common/lazy";
import { add, multiply } from "../exact/arithmetic";
import { dyadic } from "../exact/dyadic";
import { fromNumber, toNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import { type AffineParts, affineParts, affineRounding, TO_26_PLACES } from "./affineRounding";
import type { NodeEncoding } from "./encoding";
import { AT_A_TIME, kuhnModule, kuhnNumbers, tableAddress } from "./kuhnModule";
import { blockBytes, type PointBlocks, pointBlocks, type RunBlock } from "./pointBlocks";
import { refusePoint } from "./refusePoint";
import { compiledFor, startModule } from "./startModule";

const compiled = compiledFor(kuhnModule);

/** Fewer points at a time take longer by the module. */
const LEAST_AT_ONCE = 8;

/** After so many points, and one for so many nodes, the module and its copy of the table are worth making. */
const [LEAST_MANY, NODES_A_POINT] = [256, 16];

/** kuhnModule with its numbers and a copy of the integers: loops in JavaScript were measured to take 3 to 4 times as long. */
function interpolationBlocks({ d, K }: Grid, integers: Int32Array, parts: AffineParts): PointBlocks {
  const table = tableAddress(d);
  // Points are at a multiple of 8.
  const pointsAt = table + Int32Array.BYTES_PER_ELEMENT * (integers.length + (integers.length % 2));
  const { buffer, run } = startModule<RunBlock>(compiled(d), pointsAt + blockBytes(d));
  new Float64Array(buffer).set(kuhnNumbers(d, K, parts));
  new Int32Array(buffer, table).set(integers);
  return pointBlocks(d, buffer, pointsAt, AT_A_TIME, run);
}

/** The values of a continuous φ: the nearest float64 where rounding is not in doubt, and exactly. */
export type Interpolation = {
  /**
   * Writes the float64 nearest to φ at each of N points (N×d, row-major), and returns the indices of the points at
   * which rounding is in doubt: their values are NaN.
   * @throws RangeError naming the first point that is outside [0,1]^d or not a number.
   */
  readonly many: (points: Float64Array, values: Float64Array) => number[];
  /** The float64 nearest to φ(x), from its exact value. */
  readonly exactly: (x: ArrayLike<number>) => number;
};

/**
 * φ(x) = base + unit·P, P = I₀ + Σ_k t_(k)·(I_k − I_{k−1}): I₀ is the integer at the lower corner of x's cube, and
 * the path to the upper corner takes the axes in the order of falling t [Kuhn]. Kx and its fractions are exact in
 * float64.
 */
export function createInterpolation({ grid, nodes }: NodeEncoding): Interpolation {
  const { d, K } = grid;
  const { integers, unit, base } = nodes;
  const side = K + 1;
  const last = K - 1;
  const strides = Float64Array.from({ length: d }, (_, i) => side ** i);
  const order = new Int32Array(d);
  const shares = new Float64Array(d);

  /** Sets order and shares to the axes by falling t, and returns the index of the lower corner; −1 outside. */
  const locate = (points: ArrayLike<number>, from: number): number => {
    let corner = 0;
    for (let i = 0; i < d; i++) {
      const x = points[from + i];
      if (!(x >= 0 && x <= 1)) return -1;
      const scaled = x * K;
      const k = Math.min(Math.floor(scaled), last);
      const t = scaled - k;
      corner += k * strides[i];
      let place = i;
      for (; place > 0 && shares[place - 1] < t; place--) {
        shares[place] = shares[place - 1];
        order[place] = order[place - 1];
      }
      shares[place] = t;
      order[place] = i;
    }
    return corner;
  };

  const exactly = (x: ArrayLike<number>): number => {
    let node = locate(x, 0);
    let sum = dyadic(BigInt(integers[node]));
    for (let k = 0; k < d; k++) {
      const next = node + strides[order[k]];
      sum = add(sum, multiply(fromNumber(shares[k]), dyadic(BigInt(integers[next] - integers[node]))));
      node = next;
    }
    return toNumber(add(base, multiply(unit, sum)));
  };

  let largest = 0;
  for (const integer of integers) largest = Math.max(largest, Math.abs(integer));
  const parts = affineParts(unit, base, largest, d);
  const rounded = parts === undefined ? () => Number.NaN : affineRounding(parts);

  const fewPoints = (points: Float64Array, values: Float64Array): number[] => {
    const doubtful: number[] = [];
    for (let p = 0; p < values.length; p++) {
      let node = locate(points, p * d);
      if (node < 0) refusePoint(points, p, d);
      let from = integers[node];
      let whole = from;
      let low = 0;
      for (let k = 0; k < d; k++) {
        node += strides[order[k]];
        const to = integers[node];
        const t = shares[k];
        const head = t + TO_26_PLACES - TO_26_PLACES;
        whole += head * (to - from);
        low += (t - head) * (to - from);
        from = to;
      }
      const value = rounded(whole, low);
      values[p] = value;
      if (Number.isNaN(value)) doubtful.push(p);
    }
    return doubtful;
  };
  if (parts === undefined) return Object.freeze({ many: fewPoints, exactly });

  const manyPoints = lazy(() => interpolationBlocks(grid, integers, parts));
  const leastMany = LEAST_MANY + integers.length / NODES_A_POINT;
  let asked = 0;
  const many = (points: Float64Array, values: Float64Array): number[] => {
    if (asked < leastMany) asked += values.length;
    if (asked < leastMany || values.length < LEAST_AT_ONCE) return fewPoints(points, values);
    const doubtful = manyPoints()(points, values);
    for (const p of doubtful) if (locate(points, p * d) < 0) refusePoint(points, p, d);
    return doubtful;
  };
  return Object.freeze({ many, exactly });
}
