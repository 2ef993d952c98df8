import { down, up } from "../exact/rounding";
import { checkModulus, granted } from "../target/checkModulus";
import type { Approximation } from "../value/approximation";
import { type Cells, centreSlack, LEAST_ROOM, NARROWEST } from "./cells";
import type { Breathing } from "./certificate";
import { BOXES, carefulPace, LONGER, type Pace, portions } from "./portions";

/** What is proved about |φ − f| on each cell; the arrays may be longer, as those of the cells. */
export type CellBounds = {
  /** |φ − f| ≥ lower everywhere in the cell. */
  readonly lower: Float64Array;
  /** |φ − f| ≤ upper everywhere in the cell. */
  readonly upper: Float64Array;
  /** |φ − f| ≥ seen at the cell's centre; only for the supremum. */
  readonly seen: Float64Array;
  /**
   * ω(radius): how far f may stray from its value at the centre, and how far a continuous φ may; 0 where cutting the
   * cell cannot gain anything.
   */
  readonly spread: Float64Array;
  readonly centre: Float64Array;
  readonly value: Float64Array;
};

/** A float64 value of φ is at most half an ulp from the exact one, and a difference or a sum rounds once. */
const slackOf = (value: number) => Math.abs(value) * 2 ** -52 + Number.MIN_VALUE;
/** The relative error of the values of f and φ themselves: where ω(radius) is less, a smaller radius does not help. */
const NOISE = 2 ** -50;
/** Nearer samples are not compared with the modulus: rounding inside f may be larger than ω there. */
const NEAREST_CHECK = 2 ** -14;
/** The most calls of f before the clock is checked: one call may take long. */
const CALLS = 32;

/** Bounds to be filled in, in the arrays of `used` if these are long enough. */
function emptyBounds({ count, centre }: Cells, used: CellBounds | undefined): CellBounds {
  if (used !== undefined && used.value.length >= count) {
    const { lower, upper, seen, spread, value } = used;
    return { lower, upper, seen, spread, centre, value };
  }
  const array = () => new Float64Array(Math.max(count, LEAST_ROOM));
  return { lower: array(), upper: array(), seen: array(), spread: array(), centre, value: array() };
}

/** A lower bound of |φ − f| at a point where φ = value up to half an ulp and f = y up to granted(0, y). */
const differenceBelow = (value: number, y: number) =>
  Number.isFinite(value) ? Math.max(0, down(Math.abs(value - y)) - slackOf(value) - granted(0, y)) : 0;

/** A continuous φ at the centres, with which the enclosures of its values become narrower: ± slope·half-width. */
function* narrow(phi: Approximation, cells: Cells, slope: Float64Array, pace: Pace): Breathing<Float64Array> {
  const { d } = phi.grid;
  const { count, centre, half, low, high } = cells;
  const slack = centreSlack(d, cells.cuts);
  const values = new Float64Array(count);
  for (const [from, to] of portions(count, BOXES.evaluated, LONGER, pace)) {
    phi.evaluate(centre.subarray(from * d, to * d), { into: values.subarray(from, to) });
    for (let c = from; c < to; c++) {
      let reach = slackOf(values[c]);
      for (let i = c * d; i < c * d + d; i++) reach += slope[i] * (half[i] + slack);
      const most = values[c] + up(reach);
      const least = values[c] - up(reach);
      // An enclosure at infinity is none; the corners' is kept.
      if (least > low[c]) low[c] = least - slackOf(least);
      if (most < high[c]) high[c] = most + slackOf(most);
    }
    yield;
  }
  return values;
}

/** Fills in `seen` at the centres where φ is known: on the cubes, and a continuous φ everywhere. Returns the other cells. */
function seeKnown(cells: Cells, { value, seen }: CellBounds, known: Float64Array | undefined): number[] {
  const strips: number[] = [];
  for (let c = 0; c < cells.count; c++)
    if (known !== undefined) seen[c] = differenceBelow(known[c], value[c]);
    else if (cells.low[c] === cells.high[c]) seen[c] = differenceBelow(cells.low[c], value[c]);
    else strips.push(c);
  return strips;
}

/** Fills in `seen` at the centres of cells on strips, where φ is evaluated. */
function* seeStrips(
  phi: Approximation,
  cells: Cells,
  { value, seen }: CellBounds,
  strips: readonly number[],
  pace: Pace,
): Breathing<void> {
  const { d } = phi.grid;
  for (const [from, to] of portions(strips.length, BOXES.evaluated, LONGER, pace)) {
    const points = new Float64Array((to - from) * d);
    for (let s = from; s < to; s++)
      for (let i = 0; i < d; i++) points[(s - from) * d + i] = cells.centre[strips[s] * d + i];
    phi.evaluate(points).forEach((approximate, s) => {
      const c = strips[from + s];
      seen[c] = differenceBelow(approximate, value[c]);
    });
    yield;
  }
}

/** How many calls of f and values of φ the next portion has. */
export type Paces = { readonly f: Pace; readonly phi: Pace };
export const carefulPaces = (): Paces => ({ f: carefulPace(), phi: carefulPace() });

/** Centres and values of cells that were cut in two. */
export type Parents = { readonly centre: Float64Array; readonly value: Float64Array };

/**
 * Bounds |φ − f| on every cell. If `parents` are given, the cells that were cut in two, f is compared with its values
 * there. `used` are bounds that are no longer needed.
 * @throws RangeError naming both points if f contradicts its modulus.
 */
export function* measureCells(
  phi: Approximation,
  cells: Cells,
  norm: number,
  paces: Paces,
  parents?: Parents,
  used?: CellBounds,
): Breathing<CellBounds> {
  const { target: f } = phi;
  const { d } = phi.grid;
  const { count, centre, half, slope } = cells;
  const bounds = emptyBounds(cells, used);
  const known = slope && (yield* narrow(phi, cells, slope, paces.phi));
  const slack = centreSlack(d, cells.cuts);
  const x = new Float64Array(d);
  // The same radius comes again and again.
  let radius = Number.NaN;
  let omega = Number.NaN;
  for (const [start, end] of portions(count, CALLS, undefined, paces.f)) {
    for (let c = start; c < end; c++) {
      let square = 0;
      let longest = 0;
      let rise = 0;
      for (let i = 0; i < d; i++) {
        const side = half[c * d + i];
        x[i] = centre[c * d + i];
        square += side * side;
        if (slope !== undefined) rise += slope[c * d + i] * side;
        if (side > longest) longest = side;
      }
      const y = f(x);
      bounds.value[c] = y;
      const reach = up(Math.sqrt(square) + slack);
      if (reach !== radius) {
        radius = reach;
        omega = up(f.omega(reach));
      }
      const stray = granted(omega, y);
      const low = cells.low[c];
      const high = cells.high[c];
      const size = Math.max(Math.abs(low), Math.abs(high), Math.abs(y));
      bounds.spread[c] = longest > NARROWEST && omega + rise > size * NOISE ? omega + rise : 0;
      const far = Math.max(high - y, y - low);
      const near = y < low ? low - y : y > high ? y - high : 0;
      bounds.upper[c] = up(up(far) + slackOf(size) + stray);
      // Infinity on both sides would make NaN.
      bounds.lower[c] =
        near > stray && stray < Infinity && size < Infinity
          ? Math.max(0, down(near) - up(stray + slackOf(size)))
          : 0;
      if (parents === undefined) continue;
      let apart = 0;
      let differing = 0;
      for (let i = 0; i < d; i++) {
        const away = Math.abs(x[i] - parents.centre[(c >> 1) * d + i]);
        if (away !== 0) differing++;
        apart += away;
      }
      // A cut is across one axis: nearly always `apart` is the distance, and this comparison is enough.
      const before = parents.value[c >> 1];
      if (apart >= NEAREST_CHECK && (differing > 1 || Math.abs(y - before) > f.omega(apart)))
        checkModulus(f.omega, parents.centre.slice((c >> 1) * d, (c >> 1) * d + d), before, x, y);
    }
    yield;
  }
  if (norm < Infinity) return bounds;
  const strips = seeKnown(cells, bounds, known);
  if (strips.length > 0) yield* seeStrips(phi, cells, bounds, strips, paces.phi);
  return bounds;
}

/** Centres and values of the chosen cells, to compare their halves with; in the arrays of `used` if they are long enough. */
export function selectParents(
  { centre, value }: CellBounds,
  chosen: readonly number[],
  d: number,
  used?: Parents,
): Parents {
  const count = chosen.length;
  const room = Math.max(count, LEAST_ROOM);
  const fits = used !== undefined && used.value.length >= count && used.centre.length >= count * d;
  const parents = fits ? used : { centre: new Float64Array(room * d), value: new Float64Array(room) };
  for (let at = 0; at < count; at++) {
    const c = chosen[at];
    parents.value[at] = value[c];
    for (let i = 0; i < d; i++) parents.centre[at * d + i] = centre[c * d + i];
  }
  return parents;
}
