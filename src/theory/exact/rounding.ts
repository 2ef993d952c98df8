/** More than gradual underflow can cost in a handful of float64 operations. */
const UNDERFLOW = 8 * Number.MIN_VALUE;

/** x ≥ 0 raised by more than the rounding error of a handful of float64 operations; 0 stays 0. */
export function up(x: number): number {
  return x === 0 ? 0 : x * (1 + 2 ** -48) + UNDERFLOW;
}

/** x lowered by more than the rounding error of a handful of float64 operations; never negative or infinite. */
export function down(x: number): number {
  return Math.max(0, Math.min(x, Number.MAX_VALUE) * (1 - 2 ** -48) - UNDERFLOW);
}
