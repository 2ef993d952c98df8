import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Dataset,
  dataset,
  type FitOptions,
  fit as fitModel,
  freeze,
  normals,
  paperCNN,
  randomGenerator,
  tensorflow,
  weightsByName,
} from "../../../src/learning";
import { nativeRows } from "../../../src/learning/batches/nativeRows";
import type { Rows } from "../../../src/learning/batches/rows";
import { rowsInFile } from "../../../src/learning/batches/rowsInFile";
import { portableRows } from "../../../src/learning/batches/rowsInMemory";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";

const tf = await tensorflow();
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "features-"));
});
const models: LayersModel[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
  fs.rmSync(folder, { recursive: true });
});

const kinds: Record<string, (count: number, shape: number[]) => Rows> = {
  native: (count, shape) => nativeRows(new NativeOps(tf), count, shape),
  portable: () => portableRows(tf),
  file: (count, shape) => rowsInFile(tf, count, shape, folder),
};

describe.each(Object.keys(kinds))("rows of kind %s", (kind) => {
  it.skipIf(kind === "native" && !isNative())(
    "give back what was written, in any parts, for any indices, and leave nothing behind",
    () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
          fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
          fc.constantFrom<number[][]>([3], [2, 2], [2, 3, 4]),
          (sizes, picks, shape) => {
            const count = sizes.reduce((a, b) => a + b, 0);
            const each = shape.reduce((a, b) => a * b, 1);
            const values = Float32Array.from(normals(count * each, randomGenerator(count)));
            const before = tf.memory().numTensors;
            const rows = kinds[kind](count, shape);
            let from = 0;
            for (const size of sizes) {
              const part = values.slice(from, from + size * each);
              rows.append(tf.tensor(part, [size, ...shape]));
              from += size * each;
            }
            const indices = Int32Array.from(picks, (pick) => pick % count);
            const taken = rows.take(indices);
            expect(taken.shape).toEqual([indices.length, ...shape]);
            const expected = Array.from(indices).flatMap((i) =>
              Array.from(values.subarray(i * each, (i + 1) * each)),
            );
            expect(Array.from(taken.dataSync())).toEqual(expected);
            taken.dispose();
            rows.dispose();
            expect(tf.memory().numTensors).toBe(before);
            expect(fs.readdirSync(folder)).toEqual([]);
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});

function noise(): Dataset {
  const set = (count: number, seed: number) => ({
    images: Float32Array.from(normals(count * 784, randomGenerator(seed))),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 4),
  });
  const parts = { train: set(96, 1), test: set(40, 2), validation: set(20, 3) };
  return dataset({
    name: "noise",
    shape: [28, 28, 1],
    classes: ["a", "b", "c", "d"],
    checksums: {},
    ...parts,
  });
}
const train = async (options: FitOptions) => {
  const model = await paperCNN({ width: 0.125, classes: 4 });
  models.push(model);
  freeze(model, { train: [2, 4] });
  const result = await fitModel(model, noise(), { epochs: 2, batch: 32, ...options });
  return { weights: weightsByName(model), epochs: result.epochs.map(({ seconds, ...rest }) => rest) };
};

it("features above the memory limit are read from a file, with the same training bit for bit", async () => {
  const inMemory = await train({ cache: true });
  const read = vi.spyOn(fs, "readSync");
  try {
    expect(await train({ cache: { memoryLimit: 0, folder } })).toEqual(inMemory);
    const all = read.mock.calls.length;
    expect(all).toBeGreaterThan(0);
    read.mockClear();
    // 96 training images of 12×12×4 numbers are within this limit, those of the other sets then not.
    expect(await train({ cache: { memoryLimit: 96 * 576 * 4, folder } })).toEqual(inMemory);
    expect(read.mock.calls.length).toBeGreaterThan(0);
    expect(read.mock.calls.length).toBeLessThan(all);
  } finally {
    read.mockRestore();
  }
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("the file goes with the training, aborted or thrown out of too", async () => {
  const before = tf.memory().numTensors;
  const cache = { memoryLimit: 0, folder };
  const stop = () => {
    throw new Error("out");
  };
  await expect(train({ cache, onStep: stop })).rejects.toThrow("out");
  const controller = new AbortController();
  await train({ cache, signal: controller.signal, onStep: () => controller.abort() });
  await train({ cache, signal: AbortSignal.abort() });
  expect(fs.readdirSync(folder)).toEqual([]);
  for (const model of models.splice(0)) model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it("a disk without room for the features is refused with what is needed, before or while writing", async () => {
  const cache = { memoryLimit: 0, folder };
  const small = vi.spyOn(fs, "statfsSync").mockReturnValue({ bavail: 10, bsize: 1024 } as fs.StatsFs);
  await expect(train({ cache })).rejects.toThrow(
    /cached features need .* GB in .*: .* GB are free.*memoryLimit/,
  );
  small.mockRestore();
  const full = vi.spyOn(fs, "writeSync").mockImplementation(() => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  await expect(train({ cache })).rejects.toThrow(/cached features need .*: the disk is full/);
  full.mockRestore();
  expect(fs.readdirSync(folder)).toEqual([]);
});

it("a memory limit that is no number of bytes is refused", async () => {
  await expect(train({ cache: { memoryLimit: Number.NaN } })).rejects.toThrow(/memoryLimit .* got NaN/);
});

it("options for a cache are refused where no leading layer is frozen; true is not", async () => {
  const model = await paperCNN({ width: 0.125, classes: 4 });
  models.push(model);
  const options = { epochs: 1, batch: 96, evaluateEvery: 0 };
  await expect(fitModel(model, noise(), { ...options, cache: { folder } })).rejects.toThrow(
    /no leading layer is frozen/,
  );
  await expect(fitModel(model, noise(), { ...options, cache: true })).resolves.toMatchObject({ steps: 1 });
});

it.skipIf(process.platform === "win32")(
  "a training that is killed leaves no file behind, though it read from one",
  { timeout: 60_000 },
  async () => {
    const code = `
      const p = require(${JSON.stringify(createRequire(__filename).resolve("intrinsic-params/dist/index.js"))});
      (async () => {
        const model = await p.paperCNN({ width: 0.125 });
        p.freeze(model, { train: [2, 4] });
        const set = { images: new Float32Array(64 * 784), labels: new Uint8Array(64) };
        const [shape, classes] = [[28, 28, 1], [..."0123456789"]];
        const data = p.dataset({ name: "blank", shape, classes, checksums: {}, train: set, test: set });
        const cache = { memoryLimit: 0, folder: ${JSON.stringify(folder)} };
        await p.fit(model, data, { epochs: 1e6, batch: 32, evaluateEvery: 0, cache, onStep: () => console.log("step") });
      })();`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    const gone = once(child, "exit");
    expect(String(await Promise.race([once(child.stdout, "data"), gone]))).toContain("step");
    child.kill("SIGKILL");
    expect((await gone)[1]).toBe("SIGKILL");
    expect(fs.readdirSync(folder)).toEqual([]);
  },
);

it("drop-out after cached features draws what it draws without a cache, also where only the frozen part is not native", async () => {
  const { layers } = tf;
  const losses = async (cache: boolean) => {
    const model = tf.sequential({
      layers: [
        layers.reshape({ name: "a/rows", inputShape: [28, 28, 1], targetShape: [28, 28] }),
        layers.conv1d({
          name: "a/conv",
          filters: 3,
          kernelSize: 5,
          kernelInitializer: tf.initializers.heNormal({ seed: 1 }),
        }),
        layers.flatten({ name: "b/flatten" }),
        layers.dropout({ name: "b/dropout", rate: 0.5 }),
        layers.dense({ name: "b/dense", units: 4, activation: "softmax", kernelInitializer: "zeros" }),
      ],
    });
    models.push(model);
    freeze(model, { train: ["b"] });
    const { epochs } = await fitModel(model, noise(), { epochs: 2, batch: 32, cache });
    return epochs.map(({ loss }) => loss);
  };
  const [cached, plain] = [await losses(true), await losses(false)];
  for (const [epoch, loss] of cached.entries()) expect(loss).toBeCloseTo(plain[epoch], 5);
});
