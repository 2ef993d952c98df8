import type { Approximation } from "../value/approximation";
import { branchAndBound, type Round, type Rounds } from "./branchAndBound";
import type { Cells } from "./cells";
import type { Breathing, CertificateSettings } from "./certificate";
import { largest } from "./largest";
import type { CellBounds } from "./measureCells";
import { BOXES, portions } from "./portions";
import { logTerm, type PowerSum, powerSum, rootAbove, rootBelow } from "./powerSum";

/** Where only the range of φ is known and f spreads less than this share of that range, refining gains nothing. */
const SHARE = 1 / 16;

/** log₂(2^x − 2^y) for y ≤ x. */
const logDifference = (x: number, y: number) =>
  y >= x ? -Infinity : x + Math.log2(1 - Math.exp((y - x) * Math.LN2));

/** Sums over the boxes that are not refined any more. */
type Done = { readonly low: PowerSum; readonly high: PowerSum };

/** What a round knows of its boxes: the logarithms of their terms, and that of the gap allowed for a volume of 1. */
type Weighed = {
  readonly cells: Cells;
  readonly bounds: CellBounds;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly share: number;
};

/** The boxes that are cut in two; of the others the terms are added to those that are done. */
function* choose(
  done: Done,
  { cells, bounds, low, high, share }: Weighed,
  room: number,
): Breathing<readonly number[]> {
  const gap = new Float64Array(cells.count);
  const wide: number[] = [];
  for (const [from, to] of portions(cells.count, BOXES.weighed)) {
    for (let c = from; c < to; c++) {
      gap[c] = logDifference(high[c], low[c]);
      const least = cells.slope === undefined ? (cells.high[c] - cells.low[c]) * SHARE : 0;
      const logVolume = cells.logVolume[c] - cells.cuts;
      if (bounds.spread[c] > least && gap[c] > share + logVolume) wide.push(c);
    }
    yield;
  }
  const chosen = largest(wide, gap, room);
  const taken = new Uint8Array(cells.count);
  for (const c of chosen) taken[c] = 1;
  for (const [from, to] of portions(chosen.length === 0 ? 0 : cells.count, BOXES.weighed)) {
    for (let c = from; c < to; c++)
      if (taken[c] === 0) {
        done.low.add(low[c]);
        done.high.add(high[c]);
      }
    yield;
  }
  return chosen;
}

function* examine(
  done: Done,
  { tolerance, norm: p }: CertificateSettings,
  d: number,
  cells: Cells,
  bounds: CellBounds,
): Breathing<Round> {
  const round = { low: powerSum(), high: powerSum() };
  const low = new Float64Array(cells.count);
  const high = new Float64Array(cells.count);
  for (const [from, to] of portions(cells.count, BOXES.weighed)) {
    for (let c = from; c < to; c++) {
      const logVolume = cells.logVolume[c] - cells.cuts;
      low[c] = logTerm(bounds.lower[c], logVolume, p, d, -1);
      high[c] = logTerm(bounds.upper[c], logVolume, p, d, 1);
      round.low.add(low[c]);
      round.high.add(high[c]);
    }
    yield;
  }
  const lower = rootBelow([done.low, round.low], p);
  const upper = rootAbove([done.high, round.high], p);
  const goal = p * Math.log2(lower + tolerance);
  const share = (lower === 0 ? goal : logDifference(goal, p * Math.log2(lower))) - 1;
  return { lower, upper, choose: (room) => choose(done, { cells, bounds, low, high, share }, room) };
}

/**
 * Sums of volume·bound^p over all boxes, by their logarithms. A box is cut in two while its gap exceeds its share, by
 * volume, of half the gap that the tolerance allows. Of the other boxes only the terms are kept.
 */
export function certifyLebesgue(phi: Approximation, settings: CertificateSettings): Rounds {
  const { d } = phi.grid;
  const done = { low: powerSum(), high: powerSum() };
  return branchAndBound(phi, settings, (cells, bounds) => examine(done, settings, d, cells, bounds));
}
