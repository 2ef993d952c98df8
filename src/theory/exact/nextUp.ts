const view = new DataView(new ArrayBuffer(8));

/** The smallest float64 > x; nextUp(Infinity) = Infinity, NaN stays NaN. */
export function nextUp(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x === 0) return Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** The largest float64 < x; nextDown(−Infinity) = −Infinity, NaN stays NaN. */
export function nextDown(x: number): number {
  return -nextUp(-x);
}
