import { shown } from "../../common/shown";

/** @throws RangeError naming the first coordinate of point p (of N×d, row-major) that is not in [0, 1]. */
export function refusePoint(points: Float64Array, p: number, d: number): never {
  const i = points.subarray(p * d, p * d + d).findIndex((x) => !(x >= 0 && x <= 1));
  throw new RangeError(
    `Point ${p}, coordinate ${i}: expected a number in [0, 1]; got ${shown(points[p * d + i])}.`,
  );
}
