import { lazy } from "../../common/lazy";
import type { Dyadic } from "../exact/dyadic";
import type { Grid } from "../grid/grid";
import { type Coded, closedForm } from "./closedForm";
import { createLookUp } from "./lookUp";

/** Fewer points are looked up one by one: making the table, the kernel and its memory takes longer. */
const LEAST_LOOK_UP = 256;

/** The cube of point p, counted from 0 in the order of ϱ; −1 in the trifling region. */
function cubeOf({ d, K, delta }: Grid, points: Float64Array, p: number): number {
  const threshold = 1 - K * delta;
  let cube = 0;
  let trifling = false;
  for (let i = 0, place = 1; i < d; i++, place *= K) {
    const x = points[p * d + i];
    if (!(x >= 0 && x <= 1))
      throw new RangeError(`point ${p}, coordinate ${i}: expected a number in [0, 1], got ${x}`);
    const k = Math.min(Math.floor(x * K), K - 1);
    if (k < K - 1 && x * K - k > threshold) trifling = true;
    cube += k * place;
  }
  return trifling ? -1 : cube;
}

/** One thread's evaluation of a construction at N points (N×d, row-major). */
export type Evaluator = {
  /**
   * Writes the values of all points off the trifling region, and returns the indices of the others.
   * @throws RangeError naming the first point that is outside [0,1]^d or not a number.
   */
  readonly onCubes: (points: Float64Array, values: Float64Array) => number[];
  /** Writes the values of the given points of the trifling region. */
  readonly onStrips: (points: Float64Array, values: Float64Array, trifling: readonly number[]) => void;
};

/** Evaluates by the table on the cubes and by the closed form between them; both are made when first needed. */
export function createEvaluator(coded: Coded, a?: () => readonly Dyadic[]): Evaluator {
  const { grid } = coded;
  const { d } = grid;
  const form = lazy(() => closedForm(coded, a));
  let table: Float64Array | undefined;
  let asked = 0;
  const lookUp = lazy(() => {
    const made = createLookUp(grid, table ?? form().table());
    table = made.table;
    return made;
  });
  const onCubes = (points: Float64Array, values: Float64Array) => {
    const few = values.length < LEAST_LOOK_UP;
    const unusual = few ? undefined : lookUp().run(points, values);
    if (few) asked += values.length;
    // By now a table is worth making, and most of its values are known.
    if (asked > grid.J) table ??= form().table();
    const { onCube } = form();
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
    const { value } = form();
    for (const p of trifling) values[p] = value(points.subarray(p * d, p * d + d));
  };
  return { onCubes, onStrips };
}
