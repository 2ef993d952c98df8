import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const library = JSON.stringify(createRequire(__filename).resolve("intrinsic-params/dist/index.js"));

/** A data set of points in three classes, drawn by the seed, in a module of one's own. */
const POINTS = `
import { createRequire } from "node:module";
import { spread } from "./spread.mjs";
const { dataset, normals, randomGenerator } = createRequire(import.meta.url)(${library});
export default function points({ seed, columns = 4 }) {
  const set = (count, stream) => {
    const noise = normals(count * columns, randomGenerator(seed, stream));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    return { labels, images: Float32Array.from(noise, (x, i) => spread * x + labels[Math.floor(i / columns)]) };
  };
  const classes = ["a", "b", "c"];
  return dataset({ name: "points", shape: [columns], classes, train: set(120, 1), test: set(60, 2), checksums: {} });
}`;

/** A network of one hidden layer for them. */
const NETWORK = `
import { createRequire } from "node:module";
const { tensorflow } = createRequire(import.meta.url)(${library});
export async function network({ seed, units, columns = 4 }) {
  const tf = await tensorflow();
  const kernelInitializer = (own) => tf.initializers.heUniform({ seed: 1 + seed + own });
  return tf.sequential({ layers: [
    tf.layers.dense({ units, inputShape: [columns], activation: "relu", kernelInitializer: kernelInitializer(0) }),
    tf.layers.dense({ units: 3, kernelInitializer: kernelInitializer(1) }),
  ] });
}`;

/** Writes the modules points.mjs, network.mjs and what the first one imports into a folder. */
export function writeOwnModules(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "points.mjs"), POINTS);
  fs.writeFileSync(path.join(folder, "spread.mjs"), "export const spread = 0.5;\n");
  fs.writeFileSync(path.join(folder, "network.mjs"), NETWORK);
}
