import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { fashionMnist } from "../../src/dataset/fashionMnist";
import { readFourFiles } from "../../src/dataset/fourFiles";
import { kmnist } from "../../src/dataset/kmnist";
import { mnist } from "../../src/dataset/mnist";
import { countByClass } from "../../src/dataset/split";

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
  const from = path.resolve(__dirname, "../../data/fashion-mnist");
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
});
