import type { Approximation } from "./approximation";
import { branchAndBound } from "./branchAndBound";
import { type Certificate, type CertificateSettings, largest } from "./certificate";

/**
 * Branch and bound for the supremum: boxes that may exceed lower + tolerance are cut in two, the others only keep
 * their upper bound.
 */
export function certifySupremum(
  phi: Approximation,
  settings: CertificateSettings,
): Generator<Certificate, Certificate> {
  const { tolerance } = settings;
  let lower = 0;
  let kept = 0; // the largest upper bound among boxes that are not refined any more
  return branchAndBound(phi, settings, (cells, bounds) => {
    for (const value of bounds.seen) if (value > lower) lower = value;
    const open: number[] = [];
    let waiting = 0;
    for (let c = 0; c < cells.count; c++) {
      const upper = bounds.upper[c]!;
      // Where only the range of φ is known, refining f beyond a quarter of the tolerance gains nothing.
      if (
        upper > lower + tolerance &&
        (cells.low[c] === cells.high[c] || bounds.spread[c]! > tolerance / 4)
      ) {
        open.push(c);
        if (upper > waiting) waiting = upper;
      } else if (upper > kept) kept = upper;
    }
    const choose = (room: number) => {
      const chosen = largest(open, bounds.upper, room);
      if (chosen.length < open.length) {
        const taken = new Set(chosen);
        for (const c of open) if (!taken.has(c)) kept = Math.max(kept, bounds.upper[c]!);
      }
      return chosen;
    };
    return { lower, upper: Math.max(lower, kept, waiting), choose };
  });
}
