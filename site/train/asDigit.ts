import { SIDE } from "./sample";

/** A digit is this large within its picture, as MNIST's are. */
const BOX = 20;

/**
 * A drawing as MNIST has its digits: scaled until its longer side is 20, its centre of mass in the middle of 28 × 28
 * greys. Undefined for an empty one.
 */
export function asDigit(canvas: HTMLCanvasElement): Float32Array | undefined {
  const { width, height } = canvas;
  const ink = inkOf(canvas);
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (ink[y * width + x] > 40) {
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      }
  if (right < 0) return undefined;
  const scale = BOX / Math.max(right - left + 1, bottom - top + 1);
  const small = document.createElement("canvas");
  [small.width, small.height] = [SIDE, SIDE];
  const put = (dx: number, dy: number) => {
    const context = small.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser has no canvas to draw on.");
    context.clearRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    const [w, h] = [(right - left + 1) * scale, (bottom - top + 1) * scale];
    context.drawImage(
      canvas,
      left,
      top,
      right - left + 1,
      bottom - top + 1,
      (SIDE - w) / 2 + dx,
      (SIDE - h) / 2 + dy,
      w,
      h,
    );
    return inkOf(small);
  };
  const first = put(0, 0);
  let [mass, mx, my] = [0, 0, 0];
  for (const [i, value] of first.entries()) {
    mass += value;
    mx += value * ((i % SIDE) + 0.5);
    my += value * (Math.floor(i / SIDE) + 0.5);
  }
  return Float32Array.from(put(Math.round(SIDE / 2 - mx / mass), Math.round(SIDE / 2 - my / mass)));
}

/** How opaque each pixel is. */
function inkOf(canvas: HTMLCanvasElement): Uint8Array {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser has no canvas to draw on.");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]);
}
