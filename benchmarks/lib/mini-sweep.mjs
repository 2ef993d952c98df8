import fs from "node:fs";
import path from "node:path";

const library = JSON.stringify(path.resolve(import.meta.dirname, "../../dist/index.js"));

/** Runs that train hardly anything: a network of 27 numbers on 40 points for one epoch. */
const MODULE = `
import { createRequire } from "node:module";
const { dataset, normals, randomGenerator, tensorflow } = createRequire(import.meta.url)(${library});
export function points({ seed }) {
  const set = (count, stream) => ({
    images: Float32Array.from(normals(4 * count, randomGenerator(seed, stream))),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
  });
  return dataset({ name: "points", shape: [4], classes: ["a", "b", "c"], train: set(40, 1), test: set(20, 2), checksums: {} });
}
export async function network({ seed }) {
  const tf = await tensorflow();
  const kernelInitializer = tf.initializers.heUniform({ seed: seed + 1 });
  return tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4], kernelInitializer })] });
}`;

/** Writes a sweep of so many empty runs into a folder; returns its file. */
export function emptySweep(folder, count) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "empty.mjs"), MODULE);
  const module = (name) => ({ name: "module", module: { file: "empty.mjs", export: name } });
  return write(folder, "empty", count, {
    data: module("points"),
    model: module("network"),
    phases: [{ method: { name: "weights", train: "all" }, epochs: 1, batch: 10 }],
  });
}

/** The same for mini runs of the paper's network at an eighth of its width: a second or two each. */
export function miniSweep(folder, count, epochs) {
  fs.mkdirSync(folder, { recursive: true });
  return write(folder, "mini", count, {
    data: { name: "fashion-mnist", train: 600, test: 200 },
    model: { name: "paper-cnn", width: 0.25 },
    phases: [{ method: { name: "weights", train: "all" }, epochs, batch: 50 }],
  });
}

/** Runs of the paper's network at full width, all of it trained, in batches of 128: S1, but short. */
export function wholeSweep(folder, count, { images, threads }) {
  fs.mkdirSync(folder, { recursive: true });
  const configuration = {
    data: { name: "fashion-mnist", train: images, test: 128 },
    model: { name: "paper-cnn" },
    phases: [{ method: { name: "weights", train: "all" }, epochs: 1 }],
  };
  return write(folder, "whole", count, configuration, { threads, gigabytes: 2 });
}

function write(folder, name, count, configuration, resources = { gigabytes: 2 }) {
  const file = path.join(folder, `${name}.json`);
  const parts = [{ name, grid: { seed: Array.from({ length: count }, (_, i) => i) } }];
  fs.writeFileSync(file, JSON.stringify({ format: "sweep/1", name, configuration, parts, resources }));
  return file;
}

/** Results of all runs of a sweep, which are the first one's numbers under the others' names, with checksums that fit. */
export function standIns(runs, result, folder, checksumOf) {
  fs.mkdirSync(folder, { recursive: true });
  for (const { hash, configuration } of runs) {
    const own = { ...result, hash, configuration };
    fs.writeFileSync(
      path.join(folder, `${hash}.json`),
      `${JSON.stringify({ ...own, checksum: checksumOf(own) }, null, 1)}\n`,
    );
  }
}
