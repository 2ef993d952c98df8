import type { Grid } from "../grid/grid";
import { refusePoint } from "./refusePoint";

/**
 * Where a point is: the index j + t, 0 ≤ t < 1, counted from 0 in the order of ϱ; the cube `from` before all strips
 * that contain it, and those strips.
 */
export type Place = {
  j: number;
  t: number;
  from: number;
  strips: number;
  /** For each strip the distance of two cubes along its axis, and the point's share of it. */
  readonly strides: Float64Array;
  readonly steps: Float64Array;
};

/**
 * Finds the place of point p (of N×d, row-major), always in the same object, as alongAxis finds it along an axis.
 * @throws RangeError naming its first coordinate that is not in [0, 1].
 */
export function placeFinder({ d, K, n, q, delta }: Grid): (points: Float64Array, p: number) => Place {
  const strides = new Float64Array(d);
  const steps = new Float64Array(d);
  const place: Place = { j: 0, t: 0, from: 0, strips: 0, strides, steps };
  const threshold = 1 - K * delta;
  const widen = 2 ** (q - n);
  const last = K - 1;
  return (points, p) => {
    let j = 0;
    let t = 0;
    let from = 0;
    let strips = 0;
    for (let i = 0, stride = 1; i < d; i++, stride *= K) {
      const x = points[p * d + i];
      if (!(x >= 0 && x <= 1)) refusePoint(points, p, d);
      const scaled = x * K;
      const k = Math.min(Math.floor(scaled), last);
      from += k * stride;
      j += k * stride;
      const over = scaled - k - threshold;
      if (over <= 0 || k === last) continue;
      const step = over * widen * stride;
      strides[strips] = stride;
      steps[strips] = step;
      strips++;
      const whole = Math.floor(step);
      j += whole;
      t += step - whole;
      if (t >= 1) {
        t -= 1;
        j++;
      }
    }
    place.j = j;
    place.t = t;
    place.from = from;
    place.strips = strips;
    return place;
  };
}
