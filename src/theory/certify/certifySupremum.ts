import type { Approximation } from "../value/approximation";
import { branchAndBound, type Rounds } from "./branchAndBound";
import type { CertificateSettings } from "./certificate";
import { largest } from "./largest";
import { BOXES, portions } from "./portions";

/**
 * Branch and bound for the supremum: boxes that may exceed lower + tolerance are cut in two; of the others only
 * the upper bound is kept.
 */
export function certifySupremum(phi: Approximation, settings: CertificateSettings): Rounds {
  const { tolerance } = settings;
  let lower = 0;
  let kept = 0; // the largest upper bound among boxes that are not refined any more
  return branchAndBound(phi, settings, function* (cells, bounds) {
    for (const value of bounds.seen) if (value > lower) lower = value;
    const open: number[] = [];
    let waiting = 0;
    for (const [from, to] of portions(cells.count, BOXES.compared)) {
      for (let c = from; c < to; c++) {
        const [upper, spread] = [bounds.upper[c], bounds.spread[c]];
        // Where only the range of φ is known, refining f beyond a quarter of the tolerance gains nothing.
        const least = cells.slope !== undefined || cells.low[c] === cells.high[c] ? 0 : tolerance / 4;
        if (upper > lower + tolerance && spread > least) {
          open.push(c);
          if (upper > waiting) waiting = upper;
        } else if (upper > kept) kept = upper;
      }
      yield;
    }
    const choose = function* (room: number) {
      const chosen = largest(open, bounds.upper, room);
      yield;
      if (chosen.length < open.length) {
        const taken = new Uint8Array(cells.count);
        for (const c of chosen) taken[c] = 1;
        for (const c of open) if (taken[c] === 0) kept = Math.max(kept, bounds.upper[c]);
      }
      return chosen;
    };
    return { lower, upper: Math.max(lower, kept, waiting), choose };
  });
}
