import { lazy } from "../../common/lazy";
import { shown } from "../../common/shown";
import type { Dyadic } from "../exact/dyadic";
import { alongAxis, type Grid } from "../grid/grid";
import { closedForm } from "./closedForm";
import { createDecoder } from "./decoder";
import type { Encoding, NodeEncoding } from "./encoding";
import { createInterpolation } from "./interpolation";
import { createLookUp } from "./lookUp";
import { quickStrips } from "./quickStrips";

/** Fewer points are evaluated one by one: making the table, its memory and the module would take longer. */
const LEAST_LOOK_UP = 256;
/** For fewer points of the trifling region the rows of bits are not made. */
const LEAST_QUICK = 64;

/** The cube of point p, counted from 0 in the order of ϱ; −1 in the trifling region. */
function cubeOf(grid: Grid, points: Float64Array, p: number): number {
  const { d, K } = grid;
  let cube = 0;
  let trifling = false;
  for (let i = 0, stride = 1; i < d; i++, stride *= K) {
    const x = points[p * d + i];
    if (!(x >= 0 && x <= 1))
      throw new RangeError(`Point ${p}, coordinate ${i}: expected a number in [0, 1]; got ${shown(x)}.`);
    const { k, inside } = alongAxis(grid, x);
    if (inside > 0) trifling = true;
    cube += k * stride;
  }
  return trifling ? -1 : cube;
}

/** One thread's evaluation of an encoding at N points (N×d, row-major). */
export type EvaluateAlone = {
  /**
   * Writes the values of all points off the trifling region, or at which rounding is not in doubt, and returns the
   * indices of the others.
   * @throws RangeError naming the first point that is outside [0,1]^d or not a number.
   */
  readonly onCubes: (points: Float64Array, values: Float64Array) => number[];
  /** Writes the values of the given points, those that onCubes left. */
  readonly onStrips: (points: Float64Array, values: Float64Array, trifling: readonly number[]) => void;
  /** Writes the values of all points. @throws what onCubes throws. */
  readonly everywhere: (points: Float64Array, values: Float64Array) => void;
};

/** Interpolates all points in float64, and those at which its rounding is in doubt exactly. */
function interpolated(encoding: NodeEncoding): EvaluateAlone {
  const { d } = encoding.grid;
  const { many, exactly } = createInterpolation(encoding);
  const onStrips = (points: Float64Array, values: Float64Array, doubtful: readonly number[]) => {
    for (const p of doubtful) values[p] = exactly(points.subarray(p * d, p * d + d));
  };
  return {
    onCubes: many,
    onStrips,
    everywhere: (points, values) => onStrips(points, values, many(points, values)),
  };
}

/** Evaluates by the table on the cubes and in closed form between them; both are made when first needed. */
export function createEvaluateAlone(encoding: Encoding, a?: () => readonly Dyadic[]): EvaluateAlone {
  if (encoding.construction === "continuous") return interpolated(encoding);
  const { grid } = encoding;
  const { d, J } = grid;
  const decoder = lazy(() => createDecoder(encoding, a));
  const valueAt = lazy(() => closedForm(encoding, decoder()));
  const quickly = lazy(() => ({ value: quickStrips(encoding) }));
  let table: Float64Array | undefined;
  let asked = 0;
  let strips = false;
  const lookUp = lazy(() => {
    const made = createLookUp(grid, table ?? decoder().table());
    table = made.table;
    return made;
  });
  const onCubes = (points: Float64Array, values: Float64Array) => {
    const few = values.length < LEAST_LOOK_UP;
    const unusual = few ? undefined : lookUp().run(points, values);
    if (few) asked += values.length;
    // By now a table is worth making, and most of its values are known.
    if (asked > J) table ??= decoder().table();
    const { onCube } = decoder();
    const count = unusual === undefined ? values.length : unusual.length;
    const trifling: number[] = [];
    for (let at = 0; at < count; at++) {
      const p = unusual === undefined ? at : unusual[at];
      const cube = cubeOf(grid, points, p);
      if (cube >= 0) values[p] = table?.[cube] ?? onCube(cube + 1);
      else trifling.push(p);
    }
    return trifling;
  };
  const onStrips = (points: Float64Array, values: Float64Array, trifling: readonly number[]) => {
    const value = valueAt();
    const quick = trifling.length < LEAST_QUICK && !strips ? undefined : quickly().value;
    strips ||= quick !== undefined;
    for (const p of trifling) {
      const nearest = quick?.(points, p) ?? Number.NaN;
      values[p] = Number.isNaN(nearest) ? value(points.subarray(p * d, p * d + d)) : nearest;
    }
  };
  const everywhere = (points: Float64Array, values: Float64Array) =>
    onStrips(points, values, onCubes(points, values));
  return { onCubes, onStrips, everywhere };
}
