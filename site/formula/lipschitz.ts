import type { Formula } from "./formula";
import { type Interval, magnitude, mignitude, point } from "./interval";

/** Intervals that are looked at before the search ends. */
const MOST = 4000;
/** How near the upper end must come to slopes that are there. */
const NEAR = 2 ** -9;

/**
 * The smallest λ that interval arithmetic proves: |f(x) − f(y)| ≤ λ|x − y| on [0, 1]. The interval with the steepest
 * possible slope is halved until that is nearly a slope that is there. Undefined if no finite λ can be proved.
 */
export function lipschitz(f: Formula): number | undefined {
  type Cell = { at: Interval; steepest: number };
  const cell = (at: Interval): Cell => ({ at, steepest: magnitude(f.slopes(at)) });
  let seen = 0;
  const cells: Cell[] = [cell({ low: 0, high: 1 })];
  for (let count = 0; count < MOST; count++) {
    let worst = 0;
    for (let i = 1; i < cells.length; i++) if (cells[i].steepest > cells[worst].steepest) worst = i;
    const { at, steepest } = cells[worst];
    const middle = (at.low + at.high) / 2;
    for (const x of [at.low, middle, at.high]) seen = Math.max(seen, mignitude(f.slopes(point(x))));
    if (steepest <= seen * (1 + NEAR)) return Number.isFinite(steepest) ? steepest : undefined;
    if (!(middle > at.low && middle < at.high)) break;
    cells[worst] = cell({ low: at.low, high: middle });
    cells.push(cell({ low: middle, high: at.high }));
  }
  const most = Math.max(...cells.map(({ steepest }) => steepest));
  return Number.isFinite(most) ? most : undefined;
}
