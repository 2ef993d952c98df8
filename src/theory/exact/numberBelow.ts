import { compare } from "./arithmetic";
import type { Dyadic } from "./dyadic";
import { nextDown, nextUp } from "./nextUp";
import { fromNumber, toNumber } from "./toNumber";

/** The largest float64 ≤ x; −Infinity if x is below all finite ones. */
export function numberBelow(x: Dyadic): number {
  const nearest = toNumber(x);
  if (nearest === Infinity) return Number.MAX_VALUE;
  return nearest === -Infinity || compare(fromNumber(nearest), x) <= 0 ? nearest : nextDown(nearest);
}

/** The smallest float64 ≥ x; Infinity if x is above all finite ones. */
export function numberAbove(x: Dyadic): number {
  const nearest = toNumber(x);
  if (nearest === -Infinity) return -Number.MAX_VALUE;
  return nearest === Infinity || compare(fromNumber(nearest), x) >= 0 ? nearest : nextUp(nearest);
}
