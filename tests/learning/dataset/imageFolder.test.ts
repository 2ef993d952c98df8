import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  countByClass,
  type ImageSet,
  imageFolder,
  pick,
  readImage,
  saveImageFolder,
} from "../../../src/learning";
import { checkPicture } from "../../../src/learning/dataset/checkPicture";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pictures-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
const at = (...parts: string[]) => path.join(folder, ...parts);

type Format = "image/png" | "image/jpeg" | "image/webp";

/** A picture of one colour. */
function picture(color: string, { width = 8, height = 8, type = "image/png" as Format } = {}): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  return canvas.toBuffer(type as "image/png");
}
function put(name: string, bytes: Buffer | string) {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), bytes);
}
/** Two classes of `count` pictures each. */
function twoClasses(count: number, below = "") {
  for (let i = 0; i < count; i++) {
    put(path.join(below, "dark", `${i}.png`), picture("#102030"));
    put(path.join(below, "light", `${i}.png`), picture("#f0e0d0"));
  }
}

describe("what was written as a folder is read back", () => {
  it("pixel by pixel, for 1 and 3 channels and any size", async () => {
    const sets = fc.record({
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1 as const, 3 as const),
      bytes: fc.uint8Array({ minLength: 600, maxLength: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(sets, async ({ height, width, channels, bytes }) => {
        fs.rmSync(folder, { recursive: true, force: true });
        const size = height * width * channels;
        const count = Math.min(6, Math.floor(600 / size));
        fc.pre(count >= 2);
        const set: ImageSet = {
          images: bytes.slice(0, count * size),
          labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
        };
        const kind = { shape: [height, width, channels], classes: ["a", "b"] };
        for (const part of ["train", "test"]) expect(await saveImageFolder(at(part), set, kind)).toBe(count);
        const data = await imageFolder(folder, { size: [height, width], channels });
        const inOrder = pick(
          set,
          [0, 1].flatMap((c) => [...set.labels.keys()].filter((i) => set.labels[i] === c)),
        );
        for (const part of [data.train, data.test]) {
          expect(part.images).toEqual(inOrder.images);
          expect(part.labels).toEqual(inOrder.labels);
        }
        expect([data.classes, data.shape]).toEqual([
          ["a", "b"],
          [height, width, channels],
        ]);
      }),
      { numRuns: 25 },
    );
  });

  it("and writing the same again changes nothing, but a folder that holds something else is refused", async () => {
    const set = { images: Uint8Array.of(1, 2, 3), labels: Uint8Array.of(0, 1, 1) };
    const kind = { shape: [1, 1, 1], classes: ["a", "b"] };
    await saveImageFolder(folder, set, kind);
    await saveImageFolder(folder, set, kind);
    await expect(saveImageFolder(folder, pick(set, [0, 1]), kind)).rejects.toThrow(
      /something else, b.00002\.png/,
    );
    await expect(saveImageFolder(folder, set, { ...kind, classes: ["a", "../b"] })).rejects.toThrow(
      /"\.\.\/b" cannot be the name/,
    );
    const floats = { ...set, images: Float32Array.of(1, 2, 3) };
    await expect(saveImageFolder(folder, floats, kind)).rejects.toThrow(/standardised/);
  });
});

describe("the split", () => {
  it("keeps the asked share of every class for testing, one at least, and the seed decides which", async () => {
    twoClasses(10);
    for (let i = 0; i < 3; i++) put(`few/${i}.png`, picture(`rgb(${i}, ${i}, ${i})`));
    const data = await imageFolder(folder, { size: [2, 2], test: 0.3, seed: 4 });
    expect(data.classes).toEqual(["dark", "few", "light"]);
    expect(countByClass(data.test, 3)).toEqual([3, 1, 3]);
    expect(countByClass(data.train, 3)).toEqual([7, 2, 7]);
    expect(await imageFolder(folder, { size: [2, 2], test: 0.3, seed: 4 })).toEqual(data);
    const others = await Promise.all(
      [1, 2, 3, 5, 6].map((seed) => imageFolder(folder, { size: [2, 2], seed })),
    );
    expect(new Set(others.map((other) => other.test.images.join())).size).toBeGreaterThan(1);
  });

  it("of a folder with train and test is that of the folder; a class may be missing from the test", async () => {
    twoClasses(2, "train");
    put("test/dark/0.png", picture("#000"));
    put("validation/light/0.png", picture("#fff"));
    const data = await imageFolder(folder, { size: [1, 1] });
    expect([data.train, data.test, data.validation].map((set) => [...set!.labels])).toEqual([
      [0, 0, 1, 1],
      [0],
      [1],
    ]);
    await expect(imageFolder(folder, { test: 0.5 })).rejects.toThrow(/its own folder "test"/);
    put("test/odd/0.png", picture("#000"));
    await expect(imageFolder(folder)).rejects.toThrow(/the class "odd" is not in "train"/);
    put("other/0.png", picture("#000"));
    await expect(imageFolder(folder)).rejects.toThrow(/beside them "other"/);
    fs.rmSync(at("test"), { recursive: true });
    fs.rmSync(at("other"), { recursive: true });
    await expect(imageFolder(folder)).rejects.toThrow(/"train", but no "test"/);
  });
});

describe("decoding", () => {
  it("makes grey by luminance, keeps colours, inverts, and lets the background through", async () => {
    put("p.png", picture("rgb(200, 100, 50)"));
    const grey = Math.round(0.299 * 200 + 0.587 * 100 + 0.114 * 50);
    const read = (options: object) => readImage(at("p.png"), { size: [1, 2], ...options });
    expect([...(await read({}))]).toEqual([grey, grey]);
    expect([...(await read({ channels: 3 }))]).toEqual([200, 100, 50, 200, 100, 50]);
    expect([...(await read({ invert: true }))]).toEqual([255 - grey, 255 - grey]);
    put("p.png", createCanvas(4, 4).toBuffer("image/png"));
    expect([...(await read({}))]).toEqual([255, 255]);
    expect([...(await read({ background: "#000" }))]).toEqual([0, 0]);
  });

  it("averages over all pixels when a picture shrinks: fine stripes become even grey", async () => {
    const canvas = createCanvas(640, 640);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, 640, 640);
    context.fillStyle = "black";
    for (let x = 0; x < 640; x += 2) context.fillRect(x, 0, 1, 640);
    put("p.png", canvas.toBuffer("image/png"));
    for (const value of await readImage(at("p.png"))) expect(Math.abs(value - 127.5)).toBeLessThan(8);
  });

  it("reads JPEG and WebP, but nothing that is cut short anywhere", async () => {
    for (const type of ["image/png", "image/jpeg", "image/webp"] as const) {
      const bytes = picture("#808080", { width: 40, height: 40, type });
      put("p", bytes);
      const [value] = await readImage(at("p"), { size: [1, 1] });
      expect(Math.abs(value - 128)).toBeLessThan(3);
      for (const share of [0.3, 0.7, 0.98]) {
        put("p", bytes.subarray(0, Math.floor(share * bytes.length)));
        await expect(readImage(at("p")), `${type} ${share}`).rejects.toThrow(/cut short|no picture|be read/);
      }
    }
  });

  it("no PNG of which a byte has changed passes, and no WebP with another head: the decoder would bring the process down", () => {
    const canvas = createCanvas(9, 7);
    canvas.getContext("2d").fillRect(2, 2, 4, 3);
    const changed = (bytes: Buffer, at: number) => () =>
      checkPicture(bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte)) as Buffer, "p");
    const png = canvas.toBuffer("image/png");
    expect(() => checkPicture(png, "p")).not.toThrow();
    for (let at = 0; at < png.length; at++)
      expect(changed(Buffer.from(png), at), String(at)).toThrow(/p is (damaged|cut short|no picture)/);
    const webp = canvas.toBuffer("image/webp");
    expect(() => checkPicture(webp, "p")).not.toThrow();
    for (const at of [0, 8, 12, 13, 14, 15, 24, 27])
      expect(changed(Buffer.from(webp), at), String(at)).toThrow(/p is (damaged|cut short|no picture)/);
  });

  it("refuses options that it does not have, and a background that is no colour", async () => {
    put("p.png", picture("#000"));
    const any = (options: object) => options as never;
    await expect(readImage(at("p.png"), any({ imageSize: [4, 4] }))).rejects.toThrow(
      /readImage has no option imageSize/,
    );
    await expect(imageFolder(folder, any({ validation: 0.2 }))).rejects.toThrow(
      /imageFolder has no option validation/,
    );
    await expect(readImage(at("p.png"), { background: "notacolour" })).rejects.toThrow(
      /background must be a CSS colour; got "notacolour"/,
    );
    for (const background of ["white", "#010203", "rgb(3, 2, 1)"])
      expect(await readImage(at("p.png"), { size: [1, 1], background })).toHaveLength(1);
  });

  it("turns a photo upright as its camera noted", async () => {
    const canvas = createCanvas(64, 32);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(32, 0, 32, 32);
    const jpeg = canvas.toBuffer("image/jpeg");
    // One entry in little-endian TIFF: orientation (0x112), a short, 6: the left edge belongs at the top.
    const entry = [1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
    const body = Buffer.from([...Buffer.from("Exif\0\0II*\0\x08\0\0\0", "latin1"), ...entry]);
    const marker = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
    put("p.jpg", Buffer.concat([jpeg.subarray(0, 2), marker, body, jpeg.subarray(2)]));
    const [a, b, c, d] = await readImage(at("p.jpg"), { size: [2, 2] });
    expect(Math.max(a, b)).toBeLessThan(20);
    expect(Math.min(c, d)).toBeGreaterThan(235);
  });

  it("refuses sizes and channels that are none", async () => {
    put("p.png", picture("#000"));
    await expect(readImage(at("p.png"), { size: [0, 5] })).rejects.toThrow(/size must be .*got \[0, 5\]/);
    await expect(readImage(at("p.png"), { channels: 2 as 1 })).rejects.toThrow(/1 or 3; got 2/);
  });
});

describe("a folder that is no data set is refused with the place", () => {
  it.each([
    ["nothing there", () => fs.rmSync(folder, { recursive: true }), /there is no such folder/],
    ["no class", () => put("README.txt", "words"), /2 to 256 subfolders.*found 0/],
    ["one class", () => put("cat/1.png", picture("#000")), /found one \("cat"\)/],
    [
      "one picture in a class",
      () => {
        twoClasses(4);
        put("alone/1.png", picture("#000"));
      },
      /"alone" has 1 pictures/,
    ],
    [
      "a class without pictures",
      () => {
        twoClasses(4);
        fs.mkdirSync(at("empty"));
      },
      /"empty" has 0 pictures/,
    ],
    [
      "a text among pictures",
      () => {
        twoClasses(4);
        put("dark/notes.png", "no picture");
      },
      /dark.notes\.png is no picture/,
    ],
    [
      "an empty file",
      () => {
        twoClasses(4);
        put("dark/0.png", "");
      },
      /dark.0\.png is no picture/,
    ],
    [
      "a folder in a class",
      () => {
        twoClasses(4);
        put("dark/more/1.png", picture("#000"));
      },
      /dark.more is a folder/,
    ],
    [
      "257 classes",
      () => {
        for (let i = 0; i < 257; i++) fs.mkdirSync(at(`c${i}`));
      },
      /found 257/,
    ],
  ] as const)("%s", async (_, prepare, message) => {
    prepare();
    await expect(imageFolder(folder)).rejects.toThrow(message);
    if (!fs.existsSync(folder)) fs.mkdirSync(folder);
  });

  it("hidden files and what systems leave behind are no pictures and no classes", async () => {
    twoClasses(4);
    const before = await imageFolder(folder);
    put("dark/.DS_Store", "x");
    put("dark/Thumbs.db", "x");
    put(".ipynb_checkpoints/a.png", "x");
    expect(await imageFolder(folder)).toEqual(before);
  });

  it("the checksum changes with any byte and any name", async () => {
    twoClasses(4);
    const sums = async () => Object.values((await imageFolder(folder)).checksums);
    const first = await sums();
    fs.renameSync(at("dark/0.png"), at("dark/zero.png"));
    const renamed = await sums();
    put("dark/zero.png", picture("#102031"));
    expect(new Set([first, renamed, await sums()].map(String)).size).toBe(3);
    expect(first[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
