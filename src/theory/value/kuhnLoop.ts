import { type AffineRounding, TO_26_PLACES } from "./affineRounding";

/** Writes what is nearest to φ at each point, and returns the indices of points at which its rounding is in doubt. */
export type Loop = (points: Float64Array, values: Float64Array) => number[];

/** What the loops need: K, the integers at the nodes, how base + unit·P is rounded, and what to do outside [0,1]^d. */
export type LoopSetting = {
  readonly K: number;
  readonly integers: Int32Array;
  readonly rounded: AffineRounding;
  readonly refuse: (points: Float64Array, p: number) => never;
};

/*
 * One loop for each of d = 1, 2, 3, written out and without a branch that depends on the point: the order of its
 * fractions is random, and a branch that is guessed wrongly takes as long as the rest. A list of axes that is sorted
 * was measured to take 1.5 to 3 times as long. head is a fraction t to 26 places, so head·rise is exact.
 */

function lineLoop({ K, integers, rounded, refuse }: LoopSetting): Loop {
  const last = K - 1;
  return (points, values) => {
    const doubtful: number[] = [];
    for (let p = 0; p < values.length; p++) {
      const x = points[p];
      if (!(x >= 0 && x <= 1)) refuse(points, p);
      const scaled = x * K;
      const k = Math.min(scaled | 0, last);
      const t = scaled - k;
      const from = integers[k];
      const rise = integers[k + 1] - from;
      const head = t + TO_26_PLACES - TO_26_PLACES;
      const value = rounded(from + head * rise, (t - head) * rise);
      values[p] = value;
      if (Number.isNaN(value)) doubtful.push(p);
    }
    return doubtful;
  };
}

function planeLoop({ K, integers, rounded, refuse }: LoopSetting): Loop {
  const last = K - 1;
  const side = K + 1;
  return (points, values) => {
    const doubtful: number[] = [];
    for (let p = 0; p < values.length; p++) {
      const x = points[2 * p];
      const y = points[2 * p + 1];
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) refuse(points, p);
      const scaledX = x * K;
      const scaledY = y * K;
      const kx = Math.min(scaledX | 0, last);
      const ky = Math.min(scaledY | 0, last);
      const tx = scaledX - kx;
      const ty = scaledY - ky;
      const corner = kx + side * ky;
      const yFirst = ty > tx ? 1 : 0;
      const t1 = Math.max(tx, ty);
      const t2 = Math.min(tx, ty);
      const from = integers[corner];
      const middle = integers[corner + 1 + Math.imul(yFirst, side - 1)];
      const to = integers[corner + 1 + side];
      const rise1 = middle - from;
      const rise2 = to - middle;
      const head1 = t1 + TO_26_PLACES - TO_26_PLACES;
      const head2 = t2 + TO_26_PLACES - TO_26_PLACES;
      const value = rounded(
        from + head1 * rise1 + head2 * rise2,
        (t1 - head1) * rise1 + (t2 - head2) * rise2,
      );
      values[p] = value;
      if (Number.isNaN(value)) doubtful.push(p);
    }
    return doubtful;
  };
}

function spaceLoop({ K, integers, rounded, refuse }: LoopSetting): Loop {
  const last = K - 1;
  const side = K + 1;
  const plane = side * side;
  return (points, values) => {
    const doubtful: number[] = [];
    for (let p = 0; p < values.length; p++) {
      const x = points[3 * p];
      const y = points[3 * p + 1];
      const z = points[3 * p + 2];
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1 && z >= 0 && z <= 1)) refuse(points, p);
      const scaledX = x * K;
      const scaledY = y * K;
      const scaledZ = z * K;
      const kx = Math.min(scaledX | 0, last);
      const ky = Math.min(scaledY | 0, last);
      const kz = Math.min(scaledZ | 0, last);
      const tx = scaledX - kx;
      const ty = scaledY - ky;
      const tz = scaledZ - kz;
      const corner = kx + side * ky + plane * kz;
      const upper = corner + 1 + side + plane;
      // Of x and y the one with the larger fraction, then z before or behind both.
      const yFirst = ty > tx ? 1 : 0;
      const larger = Math.max(tx, ty);
      const smaller = Math.min(tx, ty);
      const zFirst = tz > larger ? 1 : 0;
      const zLast = tz <= smaller ? 1 : 0;
      const t1 = Math.max(larger, tz);
      const t2 = Math.max(smaller, Math.min(larger, tz));
      const t3 = Math.min(smaller, tz);
      const stepFirst = 1 + Math.imul(yFirst, side - 1);
      const stepLast = side + 1 - stepFirst;
      const from = integers[corner];
      const second = integers[corner + stepFirst + Math.imul(zFirst, plane - stepFirst)];
      const third = integers[upper - stepLast - Math.imul(zLast, plane - stepLast)];
      const to = integers[upper];
      const rise1 = second - from;
      const rise2 = third - second;
      const rise3 = to - third;
      const head1 = t1 + TO_26_PLACES - TO_26_PLACES;
      const head2 = t2 + TO_26_PLACES - TO_26_PLACES;
      const head3 = t3 + TO_26_PLACES - TO_26_PLACES;
      const value = rounded(
        from + head1 * rise1 + head2 * rise2 + head3 * rise3,
        (t1 - head1) * rise1 + (t2 - head2) * rise2 + (t3 - head3) * rise3,
      );
      values[p] = value;
      if (Number.isNaN(value)) doubtful.push(p);
    }
    return doubtful;
  };
}

/** The loop of a dimension, if it is written out. */
export const kuhnLoop = (d: number, setting: LoopSetting): Loop | undefined =>
  [undefined, lineLoop, planeLoop, spaceLoop][d]?.(setting);
