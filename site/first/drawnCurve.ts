import { nextUp } from "../../src/theory/exact/nextUp";

/** A drawn curve has a corner at every multiple of 1/CORNERS. */
export const CORNERS = 64;
/** Heights are multiples of this, so that slopes have few digits. */
const STEP = 2 ** -10;

/** A curve that a reader has drawn: a polyline on [0, 1], given by its heights at the corners. */
export type DrawnCurve = readonly number[];

/** A gentle curve to begin with. */
export const firstCurve: DrawnCurve = Array.from({ length: CORNERS + 1 }, (_, i) =>
  rounded(0.5 + 0.25 * Math.sin((2 * Math.PI * i) / CORNERS)),
);

/** The curve's value at x. */
export function heightAt(curve: DrawnCurve, x: number): number {
  const i = Math.min(Math.floor(x * CORNERS), CORNERS - 1);
  const t = x * CORNERS - i;
  return curve[i] + t * (curve[i + 1] - curve[i]);
}

/** The steepest slope, which is the smallest λ: exact but for the last bit, and not below it. */
export function steepest(curve: DrawnCurve): number {
  let most = 0;
  for (let i = 0; i < CORNERS; i++) most = Math.max(most, Math.abs(curve[i + 1] - curve[i]) * CORNERS);
  return nextUp(most);
}

/** The curve after the pen has gone straight from one place to another. */
export function drawnTo(curve: DrawnCurve, from: [number, number], to: [number, number]): DrawnCurve {
  const [left, right] = from[0] <= to[0] ? [from, to] : [to, from];
  const first = Math.round(left[0] * CORNERS);
  const last = Math.round(right[0] * CORNERS);
  const next = [...curve];
  for (let i = Math.max(0, first); i <= Math.min(CORNERS, last); i++) {
    const t = last === first ? 1 : (i - first) / (last - first);
    next[i] = rounded(first === last ? to[1] : left[1] + t * (right[1] - left[1]));
  }
  return next;
}

function rounded(height: number): number {
  return Math.round(height / STEP) * STEP;
}
