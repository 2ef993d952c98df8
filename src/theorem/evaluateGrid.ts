import type { Grid } from "./grid";

function refuse(points: Float64Array, index: number, d: number): never {
  throw new RangeError(
    `point ${Math.floor(index / d)}, coordinate ${index % d}: expected a number in [0, 1], got ${points[index]}`,
  );
}

/**
 * Evaluates N points (N×d, row-major): on a cube the tabled value table[ϱ−1], on the trifling region what
 * `onTrifling` says of the point.
 * @throws TypeError or RangeError naming the point if one is outside [0,1]^d or not a number.
 */
export function evaluateGrid(
  grid: Grid,
  table: Float64Array,
  points: Float64Array,
  onTrifling: (x: Float64Array) => number,
): Float64Array {
  const { d, n, K } = grid;
  if (!(points instanceof Float64Array))
    throw new TypeError(
      `evaluate expects a Float64Array of N×${d} coordinates, got ${points === null ? "null" : typeof points}`,
    );
  if (points.length % d !== 0)
    throw new RangeError(
      `evaluate expects N×${d} coordinates, got ${points.length}, which is no multiple of ${d}`,
    );
  const count = points.length / d;
  const values = new Float64Array(count);
  // Kx and its fraction are exact in float64; where 2^(n−q) < 2^−53, no float64 but 1 exceeds the threshold.
  const threshold = 1 - K * grid.delta;
  const last = K - 1;
  for (let p = 0, at = 0; p < count; p++) {
    let cube = 0;
    let good = true;
    for (let i = 0; i < d; i++, at++) {
      const x = points[at]!;
      if (!(x >= 0 && x <= 1)) refuse(points, at, d);
      const scaled = x * K;
      let k = scaled | 0;
      if (k > last) k = last;
      else if (scaled - k > threshold && k < last) good = false;
      cube |= k << (n * i);
    }
    values[p] = good ? table[cube]! : onTrifling(points.subarray(at - d, at));
  }
  return values;
}
