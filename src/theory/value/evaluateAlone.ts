import { lazy } from "../../common/lazy";
import type { Dyadic } from "../exact/dyadic";
import { closedForm } from "./closedForm";
import { createDecoder } from "./decoder";
import type { Encoding } from "./encoding";
import { createInterpolation } from "./interpolation";
import { createLookUp } from "./lookUp";
import { placeFinder } from "./placeFinder";
import { quickStrips } from "./quickStrips";

/** Fewer points are evaluated one by one: making the table, its memory and the module would take longer. */
const LEAST_LOOK_UP = 256;
/** After fewer points of the trifling region the rows of bits are not made. */
const LEAST_QUICK = 64;

/** One thread's evaluation of an encoding at N points (N×d, row-major). */
export type EvaluateAlone = {
  /**
   * Writes the values of all points at which rounding is not in doubt, on cubes and in strips, and returns the indices of
   * the others.
   * @throws RangeError naming the first point that is outside [0,1]^d or not a number.
   */
  readonly mostly: (points: Float64Array, values: Float64Array) => number[];
  /** Writes the values of the given points, those that mostly left, from all digits. */
  readonly exactly: (points: Float64Array, values: Float64Array, doubtful: readonly number[]) => void;
  /**
   * Writes the values of all points, and calls `onExact` after each point that needs all digits: one can take 16 ms.
   * @throws what mostly throws.
   */
  readonly everywhere: (points: Float64Array, values: Float64Array, onExact?: () => void) => void;
};

/** The parts of an evaluation of points of d coordinates, `value` being that of one point from all digits. */
function evaluation(
  d: number,
  mostly: EvaluateAlone["mostly"],
  value: () => (x: Float64Array) => number,
): EvaluateAlone {
  const exactly = (
    points: Float64Array,
    values: Float64Array,
    doubtful: readonly number[],
    onExact?: () => void,
  ) => {
    const one = value();
    for (const p of doubtful) {
      values[p] = one(points.subarray(p * d, p * d + d));
      onExact?.();
    }
  };
  return {
    mostly,
    exactly,
    everywhere: (points, values, onExact) => exactly(points, values, mostly(points, values), onExact),
  };
}

/** Evaluates by the table on the cubes, and in the strips in float64 and in closed form; all are made when needed. */
export function createEvaluateAlone(encoding: Encoding, a?: () => readonly Dyadic[]): EvaluateAlone {
  if (encoding.construction === "continuous") {
    const { many, exactly } = createInterpolation(encoding);
    return evaluation(encoding.grid.d, many, () => exactly);
  }
  const { grid } = encoding;
  const { d, J } = grid;
  const decoder = lazy(() => createDecoder(encoding, a));
  const valueAt = lazy(() => closedForm(encoding, decoder()));
  const quickly = lazy(() => ({ value: quickStrips(encoding) }));
  const find = placeFinder(grid);
  let table: Float64Array | undefined;
  let asked = 0;
  let askedInStrips = 0;
  const lookUp = lazy(() => {
    const made = createLookUp(grid, table ?? decoder().table());
    table = made.table;
    return made;
  });
  const mostly = (points: Float64Array, values: Float64Array) => {
    const few = values.length < LEAST_LOOK_UP;
    const unusual = few ? undefined : lookUp().run(points, values);
    if (few) asked += values.length;
    // By now a table is worth making, and most of its values are known.
    if (asked > J) table ??= decoder().table();
    const { onCube } = decoder();
    const count = unusual === undefined ? values.length : unusual.length;
    let quick = askedInStrips < LEAST_QUICK ? undefined : quickly().value;
    const doubtful: number[] = [];
    for (let at = 0; at < count; at++) {
      const p = unusual === undefined ? at : unusual[at];
      const place = find(points, p);
      if (place.strips === 0) {
        values[p] = table === undefined ? onCube(place.from + 1) : table[place.from];
        continue;
      }
      if (askedInStrips < LEAST_QUICK && ++askedInStrips === LEAST_QUICK) quick = quickly().value;
      const nearest = quick === undefined ? Number.NaN : quick(place);
      values[p] = nearest;
      if (Number.isNaN(nearest)) doubtful.push(p);
    }
    return doubtful;
  };
  return evaluation(d, mostly, valueAt);
}
