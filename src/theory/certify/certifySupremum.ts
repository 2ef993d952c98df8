import type { Approximation } from "../value/approximation";
import { branchAndBound, type Round, type Rounds } from "./branchAndBound";
import type { Cells } from "./cells";
import type { Breathing, CertificateSettings } from "./certificate";
import { largest } from "./largest";
import type { CellBounds } from "./measureCells";
import { BOXES, portions } from "./portions";

/** What is known after some rounds. */
type State = {
  readonly tolerance: number;
  lower: number;
  /** The largest upper bound among boxes that are not refined any more. */
  kept: number;
};

/*
 * Generator functions stand at the top level: each one that is made inside of another function, and called, stays in
 * memory with all that it sees until the next full garbage collection.
 */

/** Those of the open boxes that are cut in two; the upper bounds of the others are kept. */
function* choose(
  state: State,
  { upper }: CellBounds,
  count: number,
  open: readonly number[],
  room: number,
): Breathing<readonly number[]> {
  const chosen = largest(open, upper, room);
  if (open.length > BOXES.laidOut) yield;
  if (chosen.length < open.length) {
    const taken = new Uint8Array(count);
    for (const c of chosen) taken[c] = 1;
    for (const c of open) if (taken[c] === 0) state.kept = Math.max(state.kept, upper[c]);
  }
  return chosen;
}

/** Tells boxes that may exceed lower + tolerance from the others, of which only the upper bound is kept. */
function* examine(state: State, cells: Cells, bounds: CellBounds): Breathing<Round> {
  const { tolerance } = state;
  let { lower, kept } = state;
  for (let c = 0; c < cells.count; c++) if (bounds.seen[c] > lower) lower = bounds.seen[c];
  const open: number[] = [];
  let waiting = 0;
  for (const [from, to] of portions(cells.count, BOXES.compared)) {
    for (let c = from; c < to; c++) {
      const upper = bounds.upper[c];
      // Where only the range of φ is known, refining f beyond a quarter of the tolerance gains nothing.
      const least = cells.slope !== undefined || cells.low[c] === cells.high[c] ? 0 : tolerance / 4;
      if (upper > lower + tolerance && bounds.spread[c] > least) {
        open.push(c);
        if (upper > waiting) waiting = upper;
      } else if (upper > kept) kept = upper;
    }
    if (to < cells.count) yield;
  }
  state.lower = lower;
  state.kept = kept;
  return {
    lower,
    upper: Math.max(lower, kept, waiting),
    choose: (room) => choose(state, bounds, cells.count, open, room),
  };
}

/**
 * Branch and bound for the supremum: boxes that may exceed lower + tolerance are cut in two; of the others only
 * the upper bound is kept.
 */
export function certifySupremum(phi: Approximation, settings: CertificateSettings): Rounds {
  const state: State = { tolerance: settings.tolerance, lower: 0, kept: 0 };
  return branchAndBound(phi, settings, (cells, bounds) => examine(state, cells, bounds));
}
