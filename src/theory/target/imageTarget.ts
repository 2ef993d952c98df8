import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { type Target, target } from "./target";

/**
 * A grey image as f: [0,1]² → R, bilinear between pixels: pixel (row, column) lies at
 * x = (column/(width−1), 1 − row/(height−1)), so that the picture stands upright. The Lipschitz constant is
 * the largest gradient of any patch, √(gx² + gy²) with gx, gy its largest slopes along the axes.
 * @throws RangeError if an image is smaller than 2 × 2, `grey` has not width·height values, or one is not finite.
 */
export function imageTarget(
  grey: ArrayLike<number>,
  options: { readonly width: number; readonly height: number; readonly title?: string },
): Target {
  checkKeys("imageTarget", options, { width: true, height: true, title: true });
  const { width, height, title = "image" } = options;
  if (typeof grey !== "object" || grey === null)
    throw new TypeError(`imageTarget expects an array of grey values; got ${shown(grey)}.`);
  for (const [what, size] of [
    ["width", width],
    ["height", height],
  ] as const)
    if (!Number.isInteger(size) || size < 2)
      throw new RangeError(`An image's ${what} must be an integer ≥ 2; got ${shown(size)}.`);
  if (grey.length !== width * height)
    throw new RangeError(`Expected ${width}·${height} = ${width * height} grey values; got ${grey.length}.`);
  const pixels = Float64Array.from(grey);
  pixels.forEach((value, i) => {
    if (!Number.isFinite(value))
      throw new RangeError(
        `Grey value at row ${Math.floor(i / width)}, column ${i % width} must be finite; got ${shown(value)}.`,
      );
  });
  let square = 0;
  for (let row = 0; row + 1 < height; row++)
    for (let column = 0; column + 1 < width; column++) {
      const i = row * width + column;
      const [a, b, c, d] = [pixels[i], pixels[i + 1], pixels[i + width], pixels[i + width + 1]];
      const gx = Math.max(Math.abs(b - a), Math.abs(d - c)) * (width - 1);
      const gy = Math.max(Math.abs(c - a), Math.abs(d - b)) * (height - 1);
      square = Math.max(square, gx * gx + gy * gy);
    }
  return target(
    (x) => {
      const u = x[0] * (width - 1);
      const v = (1 - x[1]) * (height - 1);
      const column = Math.min(Math.max(Math.floor(u), 0), width - 2);
      const row = Math.min(Math.max(Math.floor(v), 0), height - 2);
      const [s, t] = [u - column, v - row];
      const i = row * width + column;
      const top = pixels[i] * (1 - s) + pixels[i + 1] * s;
      const bottom = pixels[i + width] * (1 - s) + pixels[i + width + 1] * s;
      return top * (1 - t) + bottom * t;
    },
    // The factor covers the rounding of the gradient.
    { dimension: 2, lipschitz: Math.sqrt(square) * (1 + 2 ** -48), title },
  );
}
