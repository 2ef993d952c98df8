import fs from "node:fs";
import path from "node:path";
import { createCanvas } from "@napi-rs/canvas";
// As built, for in a bundle the package would not find its files.
import { mnist, reproductionPlan, standardise, subset } from "intrinsic-params";
import { readCheckpoint } from "intrinsic-params/dist/learning/experiment/checkpoint.js";
import { backboneFile } from "intrinsic-params/dist/learning/experiment/storedBackbone.js";
import { ROW, type Sample, SIDE, TRAINED_PER_DIGIT } from "../train/sample";

/** Images of each digit for the test. */
const TESTED_PER_DIGIT = 30;
const MOST = 2 ** 15 - 1;

/**
 * Writes what the page of training needs: the weights of notebook 09's network as 16-bit whole numbers times a scale for
 * each tensor, which is half of their size, and images of MNIST side by side in one picture.
 */
export async function trainingFiles({ root, assets }: { root: string; assets: string }): Promise<void> {
  const run = reproductionPlan().find(
    ({ part, label }) => part === "curve-related" && label === "last layer, quarter width",
  );
  if (!run) throw new Error("The plan must have a run of the quarter-width network; it has none.");
  const file = backboneFile(path.join(root, "data", "backbones"), run.configuration, 1);
  const found = await readCheckpoint(file);
  if (!found) throw new Error(`${path.relative(root, file)} must be there; it is not.`);
  const entries = Object.entries(found.base).map(([name, values]) => {
    const scale = (values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1) / MOST;
    return { name, scale, whole: Int16Array.from(values, (value) => Math.round(value / scale)) };
  });
  const bytes = entries.map(({ whole }) => Buffer.from(whole.buffer));
  fs.writeFileSync(path.join(assets, "backbone.bin"), Buffer.concat(bytes));

  const data = await mnist();
  const { standardised } = standardise(subset(data, { train: 6000, test: 10, seed: 0 }));
  if (!standardised) throw new Error("standardise gave no mean.");
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (const [set, count] of [
    [data.train, TRAINED_PER_DIGIT],
    [data.test, TESTED_PER_DIGIT],
  ] as const)
    for (let digit = 0; digit < 10; digit++) {
      const own = [...set.labels.keys()].filter((i) => set.labels[i] === digit).slice(0, count);
      for (const i of own) {
        images.push(Uint8Array.from(set.images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE)));
        labels.push(digit);
      }
    }
  const sample: Sample = {
    weights: entries.map(({ name, scale, whole }) => ({ name, length: whole.length, scale })),
    standardised,
    labels,
    training: 10 * TRAINED_PER_DIGIT,
  };
  fs.writeFileSync(path.join(assets, "backbone.json"), JSON.stringify(sample));
  fs.writeFileSync(path.join(assets, "digits.png"), await pictureOf(images));
}

function pictureOf(images: readonly Uint8Array[]): Promise<Buffer> {
  const canvas = createCanvas(ROW * SIDE, Math.ceil(images.length / ROW) * SIDE);
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, greys] of images.entries()) {
    const pixels = context.createImageData(SIDE, SIDE);
    for (const [p, grey] of greys.entries()) pixels.data.set([grey, grey, grey, 255], 4 * p);
    context.putImageData(pixels, (i % ROW) * SIDE, Math.floor(i / ROW) * SIDE);
  }
  return canvas.encode("png");
}
