import { deflateSync } from "node:zlib";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPicture } from "../../../src/learning/dataset/checkPicture";
import { decodeImage } from "../../../src/learning/dataset/decodeImage";
import { withoutColourProfile } from "../../../src/learning/dataset/withoutColourProfile";
import { handmadePng, linearProfile, pngChunk, uint32 } from "../../helpers/handmadePng";

const EVERY = Uint8Array.from({ length: 256 }, (_, i) => i);
const threefold = (bytes: Uint8Array) =>
  Uint8Array.from({ length: 3 * bytes.length }, (_, i) => bytes[Math.floor(i / 3)]);
const iccp = (space: "GRAY" | "RGB ") =>
  pngChunk("iCCP", Buffer.concat([Buffer.from("x\0\0", "latin1"), deflateSync(linearProfile(space))]));

const NOTES: Record<string, readonly Buffer[]> = {
  none: [],
  "gAMA of 1/2.2": [pngChunk("gAMA", uint32(45_455))],
  "gAMA of 1": [pngChunk("gAMA", uint32(100_000))],
  "gAMA and cHRM": [
    pngChunk("gAMA", uint32(45_455)),
    pngChunk("cHRM", uint32(31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000)),
  ],
  sRGB: [pngChunk("sRGB", Buffer.of(0)), pngChunk("gAMA", uint32(45_455))],
  cICP: [pngChunk("cICP", Buffer.of(12, 8, 0, 1))],
};
const read = (bytes: Buffer, width: number, channels: 1 | 3 = 1) =>
  decodeImage(bytes, "p", { size: [1, width], channels });

describe("a PNG comes as the numbers that it stores, whatever it says of gamma and colours:", () => {
  for (const [name, chunks] of Object.entries({ ...NOTES, iCCP: [iccp("GRAY")] }))
    it(`grey of 8 bits, ${name}`, async () => {
      const png = handmadePng({ type: "grey", width: 256 }, EVERY, chunks);
      expect(await read(png, 256)).toEqual(EVERY);
      expect(await read(png, 256, 3)).toEqual(threefold(EVERY));
    });

  for (const [name, chunks] of Object.entries({ ...NOTES, iCCP: [iccp("RGB ")] }))
    it(`colours, ${name}; and as grey by the one formula`, async () => {
      const pixels = fc.uint8Array({ minLength: 30, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(pixels, async (row) => {
          const png = handmadePng({ type: "rgb", width: 10 }, row, chunks);
          expect(await read(png, 10, 3)).toEqual(row);
          const grey = Uint8Array.from({ length: 10 }, (_, i) =>
            Math.round(0.299 * row[3 * i] + 0.587 * row[3 * i + 1] + 0.114 * row[3 * i + 2]),
          );
          expect(await read(png, 10)).toEqual(grey);
          // The palette says the same as the colours themselves.
          const palette = [...chunks, pngChunk("PLTE", row)];
          const indices = Uint8Array.from({ length: 10 }, (_, i) => i);
          expect(await read(handmadePng({ type: "palette", width: 10 }, indices, palette), 10, 3)).toEqual(
            row,
          );
        }),
        { numRuns: 20 },
      );
    });

  for (const depth of [1, 2, 4] as const)
    it(`grey of ${depth} bits, spread over 0 … 255`, async () => {
      const levels = 2 ** depth;
      const row = new Uint8Array(Math.ceil((levels * depth) / 8));
      for (let i = 0; i < levels; i++) row[(i * depth) >> 3] |= i << (8 - depth - ((i * depth) & 7));
      const expected = Uint8Array.from({ length: levels }, (_, i) => (255 * i) / (levels - 1));
      for (const chunks of Object.values(NOTES))
        expect(await read(handmadePng({ type: "grey", depth, width: levels }, row, chunks), levels)).toEqual(
          expected,
        );
    });

  it("grey of 16 bits, of which the upper 8 are taken", async () => {
    for (const lower of [0, 128, 255]) {
      const row = Uint8Array.from({ length: 512 }, (_, i) => (i % 2 ? lower : i / 2));
      for (const chunks of Object.values(NOTES))
        expect(await read(handmadePng({ type: "grey", depth: 16, width: 256 }, row, chunks), 256)).toEqual(
          EVERY,
        );
    }
  });

  it("grey with alpha where it is opaque; the background where it, or its one transparent grey, is not there", async () => {
    const row = Uint8Array.from({ length: 512 }, (_, i) => (i % 2 ? (i === 11 ? 0 : 255) : i / 2));
    const expected = EVERY.map((value) => (value === 5 ? 255 : value));
    for (const chunks of Object.values(NOTES)) {
      expect(await read(handmadePng({ type: "greyAlpha", width: 256 }, row, chunks), 256)).toEqual(expected);
      const transparent = [...chunks, pngChunk("tRNS", Buffer.of(0, 5))];
      expect(await read(handmadePng({ type: "grey", width: 256 }, EVERY, transparent), 256)).toEqual(
        expected,
      );
    }
  });
});

const canvas = createCanvas(16, 16);
const context = canvas.getContext("2d");
const drawn = context.createImageData(16, 16);
for (let i = 0; i < 256; i++) drawn.data.set([i, i, i, 255], 4 * i);
context.putImageData(drawn, 0, 0);

/** The same JPEG with another profile: segments of the marker, the length and the content. */
function jpegWith(profile: Buffer): Buffer {
  const plain = withoutColourProfile(canvas.toBuffer("image/jpeg", 95));
  const content = Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), profile]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length + 2);
  return Buffer.concat([plain.subarray(0, 2), Buffer.of(0xff, 0xe2), length, content, plain.subarray(2)]);
}
/** The same WebP with another profile in the place of its own. */
function webpWith(profile: Buffer): Buffer {
  const own = canvas.toBuffer("image/webp", 100);
  const at = own.indexOf("ICCP");
  const end = at + 8 + own.readUInt32LE(at + 4) + (own.readUInt32LE(at + 4) % 2);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(profile.length);
  const whole = Buffer.concat([own.subarray(0, at + 4), length, profile, own.subarray(end)]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

it.each([
  ["JPEG", canvas.toBuffer("image/jpeg", 95), jpegWith(linearProfile("RGB "))],
  ["WebP", canvas.toBuffer("image/webp", 100), webpWith(linearProfile("RGB "))],
])(
  "a profile changes no number of a %s either, though the decoder alone would take it",
  async (_, plain, other) => {
    const seen = async (bytes: Buffer) => {
      const image = await loadImage(bytes);
      const context = createCanvas(16, 16).getContext("2d");
      context.drawImage(image, 0, 0);
      return Uint8Array.from(context.getImageData(0, 0, 16, 16).data).filter((_, i) => i % 4 === 0);
    };
    expect(await seen(other)).not.toEqual(await seen(plain));
    const [before, after] = await Promise.all(
      [plain, other].map((bytes) => decodeImage(bytes, "p", { size: [16, 16] })),
    );
    expect(after).toEqual(before);
    expect(before).toEqual(await seen(withoutColourProfile(plain)));
  },
);

it("a WebP with two heads is refused: the decoder would bring the process down", () => {
  const webp = canvas.toBuffer("image/webp", 100);
  const head = webp.subarray(12, 30);
  const twice = Buffer.concat([webp.subarray(0, 12), head, webp.subarray(12)]);
  twice.writeUInt32LE(twice.length - 8, 4);
  expect(() => checkPicture(webp, "p")).not.toThrow();
  expect(() => checkPicture(twice, "p")).toThrow(/p is damaged/);
});

it("what has no profile, and a GIF, stays as it is", () => {
  const png = handmadePng({ type: "grey", width: 256 }, EVERY);
  expect(withoutColourProfile(png)).toEqual(png);
  const gif = Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00;", "latin1");
  expect(withoutColourProfile(gif)).toEqual(gif);
});
