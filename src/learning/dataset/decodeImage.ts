import { checkKeys } from "../../common/checkKeys";
import { files, loadPackage, needsNode } from "../../common/platform";
import { shown } from "../../common/shown";
import { checkPicture } from "./checkPicture";
import { withoutColourProfile } from "./withoutColourProfile";

type Canvas = typeof import("@napi-rs/canvas");

/** How a picture becomes bytes. */
export type DecodeOptions = {
  /** Height and width that pictures are scaled to, in pixels; default 28 × 28. */
  readonly size?: readonly [height: number, width: number];
  /** 1: grey, 0.299 R + 0.587 G + 0.114 B of the stored numbers, rounded (ITU-R BT.601); 3: red, green, blue. Default 1. */
  readonly channels?: 1 | 3;
  /** What shows through where a picture is transparent, a CSS colour; default "white". */
  readonly background?: string;
  /** Turns dark into bright, 255 − v: for ink on paper, where the backbone learnt white on black. Default false. */
  readonly invert?: boolean;
};

export const DECODE_OPTIONS: Record<keyof DecodeOptions, true> = {
  size: true,
  channels: true,
  background: true,
  invert: true,
};

/** The most pixels that a side may have: a larger picture would fill the memory. */
const MOST_PIXELS = 4096;

/** The options with their defaults. @throws RangeError naming the one that is wrong. */
export function decodeOptions(options: DecodeOptions) {
  const { size = [28, 28], channels = 1, background = "white", invert = false } = options;
  if (
    !Array.isArray(size) ||
    size.length !== 2 ||
    size.some((n) => !Number.isInteger(n) || n < 1 || n > MOST_PIXELS)
  ) {
    throw new RangeError(
      `size must be [height, width], whole numbers from 1 to ${MOST_PIXELS}; got ${shown(size)}.`,
    );
  }
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`channels must be 1 or 3; got ${shown(channels)}.`);
  return { size, channels, background, invert } as const;
}

/**
 * One picture from a file (PNG, JPEG, GIF's first frame, WebP) as height × width × channels bytes, read as
 * `imageFolder` does, for a trained model to predict. The bytes are the numbers that the file stores, so a grey picture
 * in its own size comes back byte for byte. Colour profiles and gamma are ignored. Of 16 bits the upper 8 are taken;
 * fewer than 8 are spread over 0 … 255. Photos are turned upright as their camera noted (EXIF).
 * @throws Error naming the file if it is no picture, cut short, or damaged as far as its format tells.
 */
export async function readImage(file: string, options: DecodeOptions = {}): Promise<Uint8Array> {
  checkKeys("readImage", options, DECODE_OPTIONS);
  needsNode("readImage", "draw the picture on a canvas and take its bytes from there");
  return decodeImage(await files.readFile(file), file, options);
}

/** The picture in the bytes of a file; `name` stands in errors. */
export async function decodeImage(bytes: Buffer, name: string, options: DecodeOptions): Promise<Uint8Array> {
  const { size, channels, background, invert } = decodeOptions(options);
  const [height, width] = size;
  checkPicture(bytes, name);
  // Loaded here, so that the package itself loads quickly.
  const { createCanvas, loadImage } = loadPackage<Canvas>("@napi-rs/canvas", "Reading pictures");
  const image = await loadImage(withoutColourProfile(bytes)).catch((error: Error) => {
    throw new Error(`${name} cannot be read as a picture (${error.message}): remove or replace it.`);
  });
  const context = createCanvas(width, height).getContext("2d");
  // The canvas ignores what is no colour, and keeps the colour that it had.
  const [set, kept] = ["#010203", "#030201"].map((before) => {
    context.fillStyle = before;
    context.fillStyle = background;
    return context.fillStyle;
  });
  if (set !== kept) throw new RangeError(`background must be a CSS colour; got ${shown(background)}.`);
  context.fillRect(0, 0, width, height);
  // "medium" averages over all pixels when a picture shrinks; "high" skips some of them.
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "medium";
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Uint8Array(height * width * channels);
  for (let p = 0; p < height * width; p++) {
    const [r, g, b] = data.subarray(4 * p, 4 * p + 3);
    if (channels === 1) values[p] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    else values.set([r, g, b], 3 * p);
  }
  return invert ? values.map((value) => 255 - value) : values;
}
