/** More than what gradual underflow costs a handful of float64 operations. */
const UNDERFLOW = 8 * Number.MIN_VALUE;

/** x ≥ 0 made larger by more than a handful of float64 operations can have made it too small. */
export function up(x: number): number {
  return x === 0 ? 0 : x * (1 + 2 ** -48) + UNDERFLOW;
}

/** x made smaller by more than a handful of float64 operations can have made it too large; never negative or infinite. */
export function down(x: number): number {
  return Math.max(0, Math.min(x, Number.MAX_VALUE) * (1 - 2 ** -48) - UNDERFLOW);
}
