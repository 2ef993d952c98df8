import type { Approximation } from "../value/approximation";
import type { Breathing } from "./certificate";
import { BOXES, carefulPace, portions } from "./portions";

/**
 * Axis-parallel boxes on which φ is known to lie in [low, high]; cell i holds entries i·d … i·d+d−1. The arrays may be
 * longer: what stands behind the cells is left over.
 */
export type Cells = {
  readonly count: number;
  readonly centre: Float64Array;
  readonly half: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** log₂ of the volume of the starting box from which a cell was cut. */
  readonly logVolume: Float64Array;
  /** How often each cell was cut. */
  readonly cuts: number;
  /** For a continuous φ: how fast it may change along each axis; entries as in `half`. */
  readonly slope?: Float64Array;
};

/** Arrays are made for so many cells at least: few of the rounds that follow then need new ones. */
export const LEAST_ROOM = 64;

/** Cells to be filled in, in the arrays of `used` if these are long enough: new ones take as long as a few cells. */
export function emptyCells(count: number, d: number, cuts: number, withSlope: boolean, used?: Cells): Cells {
  if (used !== undefined && used.low.length >= count && used.half.length >= count * d) {
    const { centre, half, low, high, logVolume, slope } = used;
    if (!withSlope) return { count, centre, half, low, high, logVolume, cuts };
    if (slope !== undefined) return { count, centre, half, low, high, logVolume, cuts, slope };
  }
  const room = Math.max(count, LEAST_ROOM);
  const cells = {
    count,
    centre: new Float64Array(room * d),
    half: new Float64Array(room * d),
    low: new Float64Array(room),
    high: new Float64Array(room),
    logVolume: new Float64Array(room),
    cuts,
  };
  return withSlope ? { ...cells, slope: new Float64Array(room * d) } : cells;
}

/**
 * How far a cell's true centre may be from the rounded one. Coordinates are in [0, 1], so each operation costs at
 * most 2^−54: at most two for each coordinate at the start, and one for each cut.
 */
export const centreSlack = (d: number, cuts: number) => (2 * d + cuts) * 2 ** -54;
/** Narrower cells are not cut: their centres could leave them, and nothing would be gained. */
export const NARROWEST = 2 ** -44;

/** For at most this many points, evaluate makes no table of all values, which may take long. */
const AT_ONCE = 255;

/** φ on every cube in the order of ϱ, as float64. */
function* cubeValues(phi: Approximation): Breathing<Float64Array> {
  const { d, K, J } = phi.grid;
  const values = new Float64Array(J);
  for (const [from, to] of portions(J, AT_ONCE, undefined, carefulPace())) {
    const corners = new Float64Array((to - from) * d);
    for (let j = from; j < to; j++)
      for (let i = 0, rest = j; i < d; i++, rest = Math.floor(rest / K))
        corners[(j - from) * d + i] = (rest % K) / K;
    phi.evaluate(corners, { into: values.subarray(from, to), threads: 1 });
    yield;
  }
  return values;
}

/** The number of boxes: K^d cubes, or (2K−1)^d with the strips. */
export const boxCount = ({ grid: { d, K, delta } }: Approximation, region: "all" | "good") =>
  (region === "all" && delta > 0 ? 2 * K - 1 : K) ** d;

/**
 * The cubes, and for region "all" the boxes of Ω between them, with what is known of φ on each. On the strips the
 * medians of Theorems 2.2 and 2.3 lie between the values of the cubes that meet there; of another φ only its range is
 * known.
 */
export function* startCells(phi: Approximation, region: "all" | "good", used?: Cells): Breathing<Cells> {
  const { d, K, n, q, delta } = phi.grid;
  const values = yield* cubeValues(phi);
  const ofMedians = phi.construction === "uniform" || phi.construction === "threeParameters";
  const segments = region === "all" ? 2 * K - 1 : K;
  const cells = emptyCells(segments ** d, d, 0, false, used);
  // Half-widths are stored: a difference of end points would lose strips narrower than half an ulp.
  const cubeHalf = (1 / K - delta) / 2;
  const logCube = Math.log2(1 / K - delta);
  const [least, most] = phi.range;
  const steps: number[] = [];
  for (const [from, to] of portions(cells.count, BOXES.laidOut)) {
    for (let c = from; c < to; c++) {
      // Segment t of an axis is the cube t/2 if t is even, and the strip after the cube (t−1)/2 if t is odd.
      let first = 0;
      let logVolume = 0;
      steps.length = 0;
      for (let i = 0, rest = c, stride = 1; i < d; i++, rest = Math.floor(rest / segments), stride *= K) {
        const t = region === "all" ? rest % segments : 2 * (rest % segments);
        const k = t >> 1;
        first += k * stride;
        if (t % 2 === 1) {
          steps.push(stride);
          cells.centre[c * d + i] = (k + 1) / K - delta / 2;
          cells.half[c * d + i] = delta / 2;
          logVolume -= q;
        } else {
          const half = k === K - 1 ? 0.5 / K : cubeHalf;
          cells.centre[c * d + i] = k / K + half;
          cells.half[c * d + i] = half;
          logVolume += k === K - 1 ? -n : logCube;
        }
      }
      cells.logVolume[c] = logVolume;
      if (steps.length > 0 && !ofMedians) {
        cells.low[c] = least;
        cells.high[c] = most;
        continue;
      }
      let low = Infinity;
      let high = -Infinity;
      for (let corner = 0; corner < 2 ** steps.length; corner++) {
        let cube = first;
        for (let i = 0; i < steps.length; i++) if ((corner >> i) & 1) cube += steps[i];
        low = Math.min(low, values[cube]);
        high = Math.max(high, values[cube]);
      }
      cells.low[c] = low;
      cells.high[c] = high;
    }
    if (to < cells.count) yield;
  }
  return cells;
}

/** The two halves of each chosen cell, cut across its longest side; `used` may be any cells but these. */
export function* bisect(cells: Cells, chosen: readonly number[], d: number, used?: Cells): Breathing<Cells> {
  const { slope } = cells;
  const out = emptyCells(2 * chosen.length, d, cells.cuts + 1, slope !== undefined, used);
  for (const [start, end] of portions(chosen.length, BOXES.halved)) {
    for (let position = start; position < end; position++) {
      const from = chosen[position];
      let longest = 0;
      for (let i = 1; i < d; i++) if (cells.half[from * d + i] > cells.half[from * d + longest]) longest = i;
      for (let side = 0; side < 2; side++) {
        const to = 2 * position + side;
        for (let i = 0; i < d; i++) {
          const half = cells.half[from * d + i];
          out.half[to * d + i] = i === longest ? half / 2 : half;
          out.centre[to * d + i] = cells.centre[from * d + i] + (i === longest ? (side - 0.5) * half : 0);
        }
        if (slope !== undefined) out.slope?.set(slope.subarray(from * d, from * d + d), to * d);
        out.low[to] = cells.low[from];
        out.high[to] = cells.high[from];
        out.logVolume[to] = cells.logVolume[from];
      }
    }
    if (end < chosen.length) yield;
  }
  return out;
}
