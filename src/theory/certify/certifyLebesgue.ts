import type { Approximation } from "../value/approximation";
import { branchAndBound, type Rounds } from "./branchAndBound";
import type { CertificateSettings } from "./certificate";
import { largest } from "./largest";
import { BOXES, portions } from "./portions";
import { logTerm, powerSum, rootAbove, rootBelow } from "./powerSum";

/** Where only the range of φ is known and f spreads less than this share of that range, refining gains nothing. */
const SHARE = 1 / 16;

/** log₂(2^x − 2^y) for y ≤ x. */
const logDifference = (x: number, y: number) =>
  y >= x ? -Infinity : x + Math.log2(1 - Math.exp((y - x) * Math.LN2));

/**
 * Sums of volume·bound^p over all boxes, by their logarithms. A box is cut in two while its gap exceeds its share, by
 * volume, of half the gap that the tolerance allows. Of the other boxes only the terms are kept.
 */
export function certifyLebesgue(phi: Approximation, settings: CertificateSettings): Rounds {
  const { tolerance, norm: p } = settings;
  const { d } = phi.grid;
  const done = { low: powerSum(), high: powerSum() };
  return branchAndBound(phi, settings, function* (cells, bounds) {
    const round = { low: powerSum(), high: powerSum() };
    const [low, high, gap] = [0, 1, 2].map(() => new Float64Array(cells.count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
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
    const choose = function* (room: number) {
      const goal = p * Math.log2(lower + tolerance);
      const share = (lower === 0 ? goal : logDifference(goal, p * Math.log2(lower))) - 1;
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
    };
    return { lower, upper, choose };
  });
}
