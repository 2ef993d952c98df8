/** x ≥ 0 made larger by more than a handful of float64 operations can have made it too small. */
export function up(x: number): number {
  return x === 0 ? 0 : x * (1 + 2 ** -48) + Number.MIN_VALUE;
}
