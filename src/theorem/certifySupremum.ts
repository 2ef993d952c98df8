import type { Approximation } from "./approximation";
import { type Certificate, type CertificateSettings, largest } from "./certificate";
import { type CellBounds, measureCells } from "./certificateBounds";
import { bisect, type Cells, startCells } from "./certificateCells";

/**
 * Branch and bound for the supremum: boxes that may exceed lower + tolerance are cut in two, the others only keep
 * their upper bound.
 */
export function* certifySupremum(
  phi: Approximation,
  settings: CertificateSettings,
): Generator<Certificate, Certificate> {
  const { tolerance, maxCells } = settings;
  let lower = 0;
  let kept = 0; // the largest upper bound among boxes that are not refined any more
  let examined = 0;
  let cells: Cells = startCells(phi, settings.region);
  let parents: CellBounds | undefined;
  for (;;) {
    const bounds = measureCells(phi, cells, parents);
    examined += cells.count;
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
    const upper = Math.max(lower, kept, waiting);
    const soFar = { lower, upper, converged: upper - lower <= tolerance, cells: examined };
    yield soFar;
    const room = Math.floor((maxCells - examined) / 2);
    if (open.length === 0 || room <= 0) return soFar;
    const chosen = largest(open, bounds.upper, room);
    if (chosen.length < open.length) {
      const taken = new Set(chosen);
      for (const c of open) if (!taken.has(c)) kept = Math.max(kept, bounds.upper[c]!);
    }
    cells = bisect(cells, chosen, phi.grid.d);
    parents = bounds.select(chosen);
  }
}
