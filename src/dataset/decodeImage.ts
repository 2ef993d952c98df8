import { readFile } from "node:fs/promises";

/** How a picture becomes bytes. */
export type DecodeOptions = {
  /** Height and width that pictures are scaled to, in pixels; default 28 × 28. */
  readonly size?: readonly [height: number, width: number];
  /** 1: grey by luminance, 0.299 R + 0.587 G + 0.114 B; 3: red, green, blue. Default 1. */
  readonly channels?: 1 | 3;
  /** What shows through where a picture is transparent, a CSS colour; default "white". */
  readonly background?: string;
  /** Turns dark into bright, 255 − v: for ink on paper, where the backbone learnt white on black. Default false. */
  readonly invert?: boolean;
};

/** The options with their defaults. @throws RangeError naming the one that is wrong. */
export function decodeOptions(options: DecodeOptions) {
  const { size = [28, 28], channels = 1, background = "white", invert = false } = options;
  if (
    !Array.isArray(size) ||
    size.length !== 2 ||
    size.some((n) => !Number.isInteger(n) || n < 1 || n > 4096)
  ) {
    throw new RangeError(
      `size must be [height, width], whole numbers from 1 to 4096; got ${JSON.stringify(size)}.`,
    );
  }
  if (channels !== 1 && channels !== 3) throw new RangeError(`channels must be 1 or 3; got ${channels}.`);
  return { size, channels, background, invert } as const;
}

/**
 * One picture from a file (PNG, JPEG, GIF's first frame, WebP) as height × width × channels bytes, as
 * `imageFolder` reads them: what a trained model is asked about. Photos are turned upright as their camera noted (EXIF).
 * @throws Error naming the file if it is no picture or cut short.
 */
export async function readImage(file: string, options: DecodeOptions = {}): Promise<Uint8Array> {
  return decodeImage(await readFile(file), file, options);
}

/** The picture in the bytes of a file; `name` stands in errors. */
export async function decodeImage(bytes: Buffer, name: string, options: DecodeOptions): Promise<Uint8Array> {
  const { size, channels, background, invert } = decodeOptions(options);
  const [height, width] = size;
  checkWhole(bytes, name);
  // Loaded here, so that the package itself loads quickly.
  const { createCanvas, loadImage } = await import("@napi-rs/canvas");
  const image = await loadImage(bytes).catch((error: Error) => {
    throw new Error(`${name} cannot be read as a picture (${error.message}): remove or replace it.`);
  });
  const context = createCanvas(width, height).getContext("2d");
  context.fillStyle = background;
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

/** The decoder draws what it has of a file that was cut short and leaves the rest empty, without a word. */
function checkWhole(bytes: Buffer, name: string): void {
  const is = (start: string, at = 0) => bytes.toString("latin1", at, at + start.length) === start;
  const whole = is("\x89PNG")
    ? bytes.lastIndexOf("IEND") > 0 && bytes.length >= bytes.lastIndexOf("IEND") + 8
    : is("\xff\xd8")
      ? bytes.lastIndexOf("\xff\xd9", undefined, "latin1") >
        bytes.lastIndexOf("\xff\xda", undefined, "latin1")
      : is("GIF8")
        ? bytes.at(-1) === 0x3b
        : is("RIFF") && is("WEBP", 8)
          ? bytes.length >= 8 + bytes.readUInt32LE(4)
          : undefined;
  if (whole === undefined) {
    throw new Error(`${name} is no picture in PNG, JPEG, GIF or WebP: remove it or convert it.`);
  }
  if (!whole) throw new Error(`${name} is cut short: its end is missing. Copy it again.`);
}
