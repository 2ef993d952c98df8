import type { Grid } from "./grid";

/** What φ is at a point of Ω. */
export type OnTrifling = (x: Float64Array) => number;

function refuse(x: number, index: number, d: number): never {
  throw new RangeError(
    `point ${Math.floor(index / d)}, coordinate ${index % d}: expected a number in [0, 1], got ${x}`,
  );
}

/** The points that the fast loops leave out: those of Ω or of the last cubes' ends, and those to be refused. */
function evaluateCarefully(
  grid: Grid,
  table: Float64Array,
  points: Float64Array,
  p: number,
  onTrifling: OnTrifling,
): number {
  const { d, n, K } = grid;
  const threshold = 1 - K * grid.delta;
  let cube = 0;
  let trifling = false;
  for (let i = 0; i < d; i++) {
    const x = points[p * d + i]!;
    if (!(x >= 0 && x <= 1)) refuse(x, p * d + i, d);
    const k = Math.min(Math.floor(x * K), K - 1);
    if (k < K - 1 && x * K - k > threshold) trifling = true;
    cube += k * 2 ** (n * i);
  }
  return trifling ? onTrifling(points.subarray(p * d, p * d + d)) : table[cube]!;
}

// Kx and its fraction are exact in float64; where Kδ < 2^−53, no fraction exceeds the threshold 1. One comparison
// of the fraction from above and below, and one of k, leave everything unusual to evaluateCarefully, NaN included.

function evaluateLine(
  grid: Grid,
  table: Float64Array,
  points: Float64Array,
  values: Float64Array,
  onTrifling: OnTrifling,
) {
  const { K } = grid;
  const threshold = 1 - K * grid.delta;
  for (let p = 0; p < values.length; p++) {
    const scaled = points[p]! * K;
    const k = scaled | 0;
    const fraction = scaled - k;
    if (fraction >= 0 && fraction <= threshold && k >>> 0 < K) values[p] = table[k]!;
    else values[p] = evaluateCarefully(grid, table, points, p, onTrifling);
  }
}

function evaluatePlane(
  grid: Grid,
  table: Float64Array,
  points: Float64Array,
  values: Float64Array,
  onTrifling: OnTrifling,
) {
  const { K, n } = grid;
  const threshold = 1 - K * grid.delta;
  for (let p = 0; p < values.length; p++) {
    const x = points[2 * p]! * K;
    const y = points[2 * p + 1]! * K;
    const k = x | 0;
    const l = y | 0;
    const s = x - k;
    const t = y - l;
    if (s >= 0 && t >= 0 && s <= threshold && t <= threshold && (k | l) >>> 0 < K)
      values[p] = table[k | (l << n)]!;
    else values[p] = evaluateCarefully(grid, table, points, p, onTrifling);
  }
}

function evaluateSpace(
  grid: Grid,
  table: Float64Array,
  points: Float64Array,
  values: Float64Array,
  onTrifling: OnTrifling,
) {
  const { K, n } = grid;
  const threshold = 1 - K * grid.delta;
  for (let p = 0, at = 0; p < values.length; p++, at += 3) {
    const x = points[at]! * K;
    const y = points[at + 1]! * K;
    const z = points[at + 2]! * K;
    const k = x | 0;
    const l = y | 0;
    const m = z | 0;
    const r = x - k;
    const s = y - l;
    const t = z - m;
    if (
      r >= 0 &&
      s >= 0 &&
      t >= 0 &&
      r <= threshold &&
      s <= threshold &&
      t <= threshold &&
      (k | l | m) >>> 0 < K
    )
      values[p] = table[k | (l << n) | (m << (2 * n))]!;
    else values[p] = evaluateCarefully(grid, table, points, p, onTrifling);
  }
}

function evaluateAny(
  grid: Grid,
  table: Float64Array,
  points: Float64Array,
  values: Float64Array,
  onTrifling: OnTrifling,
) {
  for (let p = 0; p < values.length; p++) values[p] = evaluateCarefully(grid, table, points, p, onTrifling);
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
  onTrifling: OnTrifling,
): Float64Array {
  const { d } = grid;
  if (!(points instanceof Float64Array))
    throw new TypeError(
      `evaluate expects a Float64Array of N×${d} coordinates, got ${points === null ? "null" : typeof points}`,
    );
  if (points.length % d !== 0)
    throw new RangeError(
      `evaluate expects N×${d} coordinates, got ${points.length}, which is no multiple of ${d}`,
    );
  const values = new Float64Array(points.length / d);
  const loop = [evaluateLine, evaluatePlane, evaluateSpace][d - 1] ?? evaluateAny;
  loop(grid, table, points, values, onTrifling);
  return values;
}
