import { add, multiply } from "../exact/arithmetic";
import { dyadic } from "../exact/dyadic";
import { toNumber } from "../exact/float64";
import { nextDown, nextUp } from "../exact/neighbours";
import type { Approximation } from "./approximation";

/** Axis-parallel boxes on which φ is known to lie in [low, high]; cell i holds entries i·d … i·d+d−1. */
export type Cells = {
  readonly count: number;
  readonly centre: Float64Array;
  readonly half: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
};

/** φ on every cube in the order of ϱ, as float64. */
function cubeValues(phi: Approximation): Float64Array {
  const { d, K, J } = phi.grid;
  const corners = new Float64Array(J * d);
  for (let j = 0; j < J; j++)
    for (let i = 0, rest = j; i < d; i++, rest = Math.floor(rest / K)) corners[j * d + i] = (rest % K) / K;
  return phi.evaluate(corners);
}

/**
 * What is known of φ on the strips: the values of Theorem 2.1 stay in [b, b + s], those of delta modulation between
 * the smallest and the largest cube value, medians (2.2, 2.3) between the values of the cubes that meet there.
 */
function stripRange(phi: Approximation, values: Float64Array): readonly [number, number] | undefined {
  if (phi.construction === "lp") {
    const { s, b } = phi.intrinsic;
    const top = dyadic(2n ** BigInt(phi.n + 1) - (phi.variant === "centred" ? 1n : 2n), -phi.n - 1);
    return [nextDown(toNumber(b!)), nextUp(toNumber(add(multiply(s!, top), b!)))];
  }
  if (phi.construction === "delta")
    return [
      values.reduce((a, v) => Math.min(a, v), Infinity),
      values.reduce((a, v) => Math.max(a, v), -Infinity),
    ];
  return undefined;
}

/** How many boxes cubes (and strips) make: K^d, or (2K−1)^d. */
export const boxCount = (phi: Approximation, region: "all" | "good") =>
  (region === "all" ? 2 * phi.grid.K - 1 : phi.grid.K) ** phi.grid.d;

/** The cubes, and for region "all" the boxes of Ω between them, with what is known of φ on each. */
export function startCells(phi: Approximation, region: "all" | "good"): Cells {
  const { d, K, delta } = phi.grid;
  const values = cubeValues(phi);
  const range = region === "all" ? stripRange(phi, values) : undefined;
  const segments = region === "all" ? 2 * K - 1 : K;
  const count = segments ** d;
  const cells = {
    count,
    centre: new Float64Array(count * d),
    half: new Float64Array(count * d),
    low: new Float64Array(count),
    high: new Float64Array(count),
  };
  for (let c = 0; c < count; c++) {
    // Segment t of an axis is the cube t/2 for even t, for odd t the strip behind the cube (t−1)/2.
    let bases = [0];
    let strips = false;
    for (let i = 0, rest = c, stride = 1; i < d; i++, rest = Math.floor(rest / segments), stride *= K) {
      const t = region === "all" ? rest % segments : 2 * (rest % segments);
      const k = t >> 1;
      const strip = t % 2 === 1;
      strips ||= strip;
      const start = strip ? (k + 1) / K - delta : k / K;
      const end = strip || k === K - 1 ? (k + 1) / K : (k + 1) / K - delta;
      cells.centre[c * d + i] = (start + end) / 2;
      cells.half[c * d + i] = (end - start) / 2;
      bases = strip
        ? bases.flatMap((b) => [b + k * stride, b + (k + 1) * stride])
        : bases.map((b) => b + k * stride);
    }
    if (strips && range) {
      cells.low[c] = range[0];
      cells.high[c] = range[1];
    } else {
      cells.low[c] = Math.min(...bases.map((b) => values[b]!));
      cells.high[c] = Math.max(...bases.map((b) => values[b]!));
    }
  }
  return cells;
}

/** The two halves of each chosen cell, cut across its longest side. */
export function bisect(cells: Cells, chosen: readonly number[], d: number): Cells {
  const count = 2 * chosen.length;
  const out = {
    count,
    centre: new Float64Array(count * d),
    half: new Float64Array(count * d),
    low: new Float64Array(count),
    high: new Float64Array(count),
  };
  chosen.forEach((from, position) => {
    let longest = 0;
    for (let i = 1; i < d; i++) if (cells.half[from * d + i]! > cells.half[from * d + longest]!) longest = i;
    for (const side of [0, 1]) {
      const to = 2 * position + side;
      for (let i = 0; i < d; i++) {
        const half = cells.half[from * d + i]!;
        out.half[to * d + i] = i === longest ? half / 2 : half;
        out.centre[to * d + i] = cells.centre[from * d + i]! + (i === longest ? (side - 0.5) * half : 0);
      }
      out.low[to] = cells.low[from]!;
      out.high[to] = cells.high[from]!;
    }
  });
  return out;
}
