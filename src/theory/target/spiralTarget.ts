import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { classTarget } from "./classTarget";
import type { Target } from "./target";

/** The form of the two spirals. */
export type SpiralOptions = {
  /** How often an arm winds around the centre; default 1.5. */
  readonly turns?: number;
  /** Points on each arm; default 300. */
  readonly count?: number;
};

/** The point of arm 0 or 1 at t ∈ [0,1]: radius 0.05 + 0.4t around (½, ½), the arms half a turn apart. */
export function spiralPoint(t: number, arm: 0 | 1, turns = 1.5): [number, number] {
  const angle = 2 * Math.PI * turns * t + arm * Math.PI;
  const radius = 0.05 + 0.4 * t;
  return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
}

/**
 * Two interleaved spirals in [0,1]², evenly spread in t: one N×2 array for each class.
 * @throws RangeError unless turns > 0 and count is an integer ≥ 2.
 */
export function spiralPoints(options: SpiralOptions = {}): readonly [Float64Array, Float64Array] {
  checkKeys("spirals", options, { turns: true, count: true } satisfies Record<keyof SpiralOptions, true>);
  const { turns = 1.5, count = 300 } = options;
  if (!(turns > 0 && turns < Infinity))
    throw new RangeError(`turns must be a positive number; got ${shown(turns)}.`);
  if (!Number.isInteger(count) || count < 2)
    throw new RangeError(`count must be an integer ≥ 2; got ${shown(count)}.`);
  const arm = (label: 0 | 1): Float64Array => {
    const points = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) points.set(spiralPoint(i / (count - 1), label, turns), 2 * i);
    return points;
  };
  return [arm(0), arm(1)];
}

/** The two-spirals class function on [0,1]²: 0 on one arm, 1 on the other [paper, Section 3.1]. */
export function spiralTarget(options: SpiralOptions = {}): Target {
  const [e0, e1] = spiralPoints(options);
  return classTarget(e0, e1, { dimension: 2, title: "two spirals" });
}
