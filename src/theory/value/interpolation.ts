import { shown } from "../../common/shown";
import { add, multiply, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic } from "../exact/dyadic";
import { fromNumber, toNumber } from "../exact/toNumber";
import type { NodeEncoding } from "./encoding";

/** Adding and taking away this rounds a number below 2^25 to a multiple of 2^−26. */
const TO_26_PLACES = 1.5 * 2 ** 26;
/** Dekker's factor: splits a float64 into two halves of 26 bits. */
const SPLIT = 2 ** 27 + 1;
/** Units and bases of this size neither over- nor underflow when they are split and multiplied. */
const [LEAST, MOST] = [2 ** -800, 2 ** 800];

/** A number as three float64: high and middle are 26 bits each, rest is what they leave, rounded. */
function parts(x: Dyadic): { nearest: number; high: number; low: number; rest: number } {
  const nearest = toNumber(x);
  const split = nearest * SPLIT;
  const high = split - (split - nearest);
  return { nearest, high, low: nearest - high, rest: toNumber(subtract(x, fromNumber(nearest))) };
}

/** The values of a continuous φ: the nearest float64 where rounding is not in doubt, and exactly. */
export type Interpolation = {
  /**
   * Writes the float64 nearest to φ at each of N points (N×d, row-major), and returns the indices of the points at
   * which rounding is in doubt: their values are undefined.
   * @throws RangeError naming the first point that is outside [0,1]^d or not a number.
   */
  readonly many: (points: Float64Array, values: Float64Array) => number[];
  /** The float64 nearest to φ(x), from its exact value. */
  readonly exactly: (x: ArrayLike<number>) => number;
};

/**
 * φ(x) = base + unit·P, P = I₀ + Σ_k t_(k)·(I_k − I_{k−1}): I₀ is the integer at the lower corner of x's cube, and
 * the path to the upper corner takes the axes in the order of falling t [Kuhn].
 */
export function createInterpolation({ grid, nodes }: NodeEncoding): Interpolation {
  const { d, K } = grid;
  const { integers, unit, base } = nodes;
  const side = K + 1;
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
      const floor = Math.floor(scaled);
      const k = floor < K ? floor : K - 1;
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

  const u = parts(unit);
  const b = parts(base);
  let largest = 0;
  for (const integer of integers) largest = Math.max(largest, Math.abs(integer));
  const inBounds = (x: number) => x === 0 || (Math.abs(x) >= LEAST && Math.abs(x) <= MOST);
  // Sums of multiples of 2^−26 are exact below 2^27.
  const simple = inBounds(u.nearest) && inBounds(b.nearest) && largest * (2 * d + 1) <= 2 ** 27;
  // Fewer than 2d + 8 operations are rounded below, on numbers of at most (d + 3)·2^−26 times this size.
  const size = Math.abs(b.nearest) + u.nearest * (largest + 1);
  const error = size * (2 * d + 8) * (d + 3) * 2 ** -78;

  const many = (points: Float64Array, values: Float64Array): number[] => {
    const doubtful: number[] = [];
    for (let p = 0; p < values.length; p++) {
      let node = locate(points, p * d);
      if (node < 0) {
        const i = points.subarray(p * d, p * d + d).findIndex((x) => !(x >= 0 && x <= 1));
        throw new RangeError(
          `Point ${p}, coordinate ${i}: expected a number in [0, 1]; got ${shown(points[p * d + i])}.`,
        );
      }
      if (!simple) {
        doubtful.push(p);
        continue;
      }
      // P = whole + low: whole is exact, a multiple of 2^−26 below 2^26.
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
      // whole = left + right, 26 bits each: their products with the halves of the unit are exact.
      const left = Math.floor(whole);
      const right = whole - left;
      let sum = b.nearest;
      let lost = 0;
      const first = u.high * left;
      const afterFirst = sum + first;
      let other = afterFirst - sum;
      lost += sum - (afterFirst - other) + (first - other);
      sum = afterFirst;
      const second = u.high * right;
      const afterSecond = sum + second;
      other = afterSecond - sum;
      lost += sum - (afterSecond - other) + (second - other);
      sum = afterSecond;
      const third = u.low * left;
      const afterThird = sum + third;
      other = afterThird - sum;
      lost += sum - (afterThird - other) + (third - other);
      sum = afterThird;
      lost += u.low * right + u.nearest * low + u.rest * whole + b.rest;
      const value = sum + (lost + error);
      if (value === sum + (lost - error)) values[p] = value;
      else doubtful.push(p);
    }
    return doubtful;
  };
  return Object.freeze({ many, exactly });
}
