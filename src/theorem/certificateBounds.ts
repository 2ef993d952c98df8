import { checkModulus } from "../target/checkModulus";
import type { Approximation } from "./approximation";
import type { Cells } from "./certificateCells";
import { up } from "./rounding";

/** What is proved of |φ − f| on each cell. */
export type CellBounds = {
  /** |φ − f| ≥ lower everywhere in the cell. */
  readonly lower: Float64Array;
  /** |φ − f| ≤ upper everywhere in the cell. */
  readonly upper: Float64Array;
  /** |φ − f| ≥ seen at the cell's centre. */
  readonly seen: Float64Array;
  /** ω(radius): how far f may stray from its value at the centre. */
  readonly spread: Float64Array;
  readonly centre: Float64Array;
  readonly value: Float64Array;
  /** Centres and values of chosen cells, for comparing their halves with them. */
  readonly select: (chosen: readonly number[]) => CellBounds;
};

/** A float64 value of φ is half an ulp from the exact one at most, and differences and sums round once. */
const slackOf = (value: number) => Math.abs(value) * 2 ** -52 + Number.MIN_VALUE;
/** Centres of halves are rounded: no box lies further from its centre than this beyond its radius. */
const CENTRE_SLACK = 2 ** -50;
/** Nearer samples are not held against the modulus: rounding inside f may outweigh it there. */
const NEAREST_CHECK = 2 ** -14;

/**
 * Bounds |φ − f| on every cell; with `parents`, the cells' values are compared with those of the cells they halve.
 * @throws RangeError with both points where f contradicts its modulus.
 */
export function measureCells(phi: Approximation, cells: Cells, parents?: CellBounds): CellBounds {
  const { target: f } = phi;
  const { d } = phi.grid;
  const { count, centre, half } = cells;
  const approximate = phi.evaluate(centre);
  const [lower, upper, seen, spread, value] = Array.from({ length: 5 }, () => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let c = 0; c < count; c++) {
    const x = centre.subarray(c * d, c * d + d);
    const y = f(x);
    value[c] = y;
    let square = 0;
    for (let i = 0; i < d; i++) square += half[c * d + i]! ** 2;
    const stray = up(f.omega(up(Math.sqrt(square)) + CENTRE_SLACK));
    spread[c] = stray;
    const [low, high] = [cells.low[c]!, cells.high[c]!];
    const phiSlack = Math.max(slackOf(low), slackOf(high), slackOf(y));
    const far = Math.max(high - y, y - low);
    const near = y < low ? low - y : y > high ? y - high : 0;
    upper[c] = up(up(far) + phiSlack + stray);
    lower[c] = Math.max(0, (near - stray) * (1 - 2 ** -50) - phiSlack - stray * 2 ** -50);
    seen[c] = Math.max(0, Math.abs(approximate[c]! - y) * (1 - 2 ** -50) - slackOf(approximate[c]!));
    if (parents !== undefined) {
      const from = parents.centre.subarray((c >> 1) * d, (c >> 1) * d + d);
      let distance = 0;
      for (let i = 0; i < d; i++) distance += Math.abs(x[i]! - from[i]!);
      if (distance >= NEAREST_CHECK) checkModulus(f.omega, from, parents.value[c >> 1]!, x, y);
    }
  }
  const select = (chosen: readonly number[]): CellBounds => ({
    ...bounds,
    centre: Float64Array.from(chosen.flatMap((c) => Array.from(centre.subarray(c * d, c * d + d)))),
    value: Float64Array.from(chosen, (c) => value[c]!),
  });
  const bounds: CellBounds = { lower, upper, seen, spread, centre, value, select };
  return bounds;
}
