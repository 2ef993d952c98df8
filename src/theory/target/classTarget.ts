import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { type Target, target } from "./target";

/** The squared distance from x to the nearest of the points (N×d, row-major). */
function nearestSquare(points: Float64Array, x: ArrayLike<number>, dimension: number): number {
  let best = Infinity;
  for (let offset = 0; offset < points.length; offset += dimension) {
    let square = 0;
    for (let i = 0; i < dimension; i++) {
      const difference = points[offset + i] - x[i];
      square += difference * difference;
    }
    if (square < best) best = square;
  }
  return best;
}

/**
 * Two classes of points as one continuous function, f(x) = dist(x,E₀)/(dist(x,E₀) + dist(x,E₁)): 0 on E₀, 1 on
 * E₁, Lipschitz with λ = 1/dist(E₀,E₁) [paper, Section 3.1]. E₀, E₁ are N×d arrays, row-major.
 * @throws RangeError if a set is empty or of the wrong length, or if the sets share a point.
 */
export function classTarget(
  e0: Float64Array,
  e1: Float64Array,
  options: { readonly dimension: number; readonly title?: string },
): Target {
  checkKeys("classTarget", options, { dimension: true, title: true });
  const { dimension, title = "two classes" } = options;
  if (!Number.isInteger(dimension) || dimension < 1)
    throw new RangeError(`dimension must be a positive integer; got ${shown(dimension)}.`);
  const sets = [e0, e1].map((points, label) => {
    if (!(points instanceof Float64Array) && !Array.isArray(points))
      throw new TypeError(
        `Class ${label} must be a Float64Array of N·${dimension} coordinates; got ${shown(points)}.`,
      );
    if (points.length === 0 || points.length % dimension !== 0)
      throw new RangeError(
        `Class ${label} must hold N·${dimension} coordinates with N ≥ 1; got ${points.length}.`,
      );
    if (!points.every(Number.isFinite))
      throw new RangeError(`Class ${label} holds a coordinate that is not finite.`);
    return Float64Array.from(points);
  }) as [Float64Array, Float64Array];
  let gap = Infinity;
  for (let offset = 0; offset < e0.length; offset += dimension)
    gap = Math.min(gap, nearestSquare(sets[1], sets[0].subarray(offset, offset + dimension), dimension));
  if (gap === 0)
    throw new RangeError("The two classes share a point, so no continuous function separates them.");
  return target(
    (x) => {
      const d0 = Math.sqrt(nearestSquare(sets[0], x, dimension));
      const d1 = Math.sqrt(nearestSquare(sets[1], x, dimension));
      return d0 / (d0 + d1);
    },
    { dimension, lipschitz: (1 + 2 ** -48) / Math.sqrt(gap), title },
  );
}
