import { add, multiply } from "../exact/arithmetic";
import { dyadic } from "../exact/dyadic";
import { numberAbove, numberBelow } from "../exact/numberBelow";
import { up } from "../exact/rounding";
import { toNumber } from "../exact/toNumber";
import type { Approximation } from "../value/approximation";
import { type Cells, emptyCells } from "./cells";
import type { Breathing } from "./certificate";
import { BOXES, portions } from "./portions";

/**
 * The cubes between the nodes of a continuous φ. On each, φ lies between its values at the corners, and along axis i
 * it changes at most as fast as along the steepest of the cube's edges in that direction, which simplices share.
 */
export function* startNodeCells(
  { grid: { d, K, J, n } }: Approximation,
  { integers, unit, base }: NonNullable<Approximation["nodes"]>,
  used?: Cells,
): Breathing<Cells> {
  const cells = emptyCells(J, d, 0, true, used);
  const { slope = new Float64Array(0) } = cells;
  const steep = up(toNumber(unit) * K);
  const strides = Array.from({ length: d }, (_, i) => (K + 1) ** i);
  const known = new Map<number, readonly [below: number, above: number]>();
  const at = (integer: number) => {
    let ends = known.get(integer);
    if (ends === undefined) {
      const value = add(base, multiply(unit, dyadic(BigInt(integer))));
      ends = [numberBelow(value), numberAbove(value)];
      known.set(integer, ends);
    }
    return ends;
  };
  const offsets = Array.from({ length: 2 ** d }, (_, corner) =>
    strides.reduce((sum, stride, i) => sum + ((corner >> i) & 1) * stride, 0),
  );
  cells.half.fill(0.5 / K, 0, J * d);
  cells.logVolume.fill(-n * d, 0, J);
  for (const [from, to] of portions(J, BOXES.laidOut)) {
    for (let c = from; c < to; c++) {
      let first = 0;
      for (let i = 0, rest = c; i < d; i++, rest = Math.floor(rest / K)) {
        first += (rest % K) * strides[i];
        cells.centre[c * d + i] = ((rest % K) + 0.5) / K;
      }
      let least = Infinity;
      let most = -Infinity;
      for (const offset of offsets) {
        const integer = integers[first + offset];
        if (integer < least) least = integer;
        if (integer > most) most = integer;
      }
      cells.low[c] = at(least)[0];
      cells.high[c] = at(most)[1];
      for (let i = 0; i < d; i++) {
        let steepest = 0;
        offsets.forEach((offset, corner) => {
          if ((corner >> i) & 1) return;
          const rise = Math.abs(integers[first + offset + strides[i]] - integers[first + offset]);
          if (rise > steepest) steepest = rise;
        });
        slope[c * d + i] = up(steep * steepest);
      }
    }
    if (to < J) yield;
  }
  return cells;
}
