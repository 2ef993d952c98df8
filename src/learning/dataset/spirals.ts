import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { spiralPoint } from "../../theory/target/spiralTarget";
import { type Dataset, dataset } from "./dataset";
import type { ImageSet } from "./imageSet";
import { normals, randomGenerator } from "./randomGenerator";

/** Sizes, shape and noise of the two spirals. */
export type SpiralDatasetOptions = {
  /** Points in the two sets, half of them on each arm. */
  train?: number;
  test?: number;
  /** How often an arm winds round the middle, default 1.5. */
  turns?: number;
  /** Standard deviation of what is added to each coordinate. */
  noise?: number;
  seed?: number;
};

/** This many turns or more are taken for a mistake: on no chart could one tell the arms apart. */
const TOO_MANY_TURNS = 1000;

/** The two spirals as a data set: "images" are the two coordinates of a point in [0,1]² (noise aside), t drawn uniformly. */
export function spirals(options: SpiralDatasetOptions = {}): Dataset {
  checkKeys("spirals", options, { train: true, test: true, turns: true, noise: true, seed: true });
  const { train = 1000, test = 1000, turns = 1.5, noise = 0, seed = 0 } = options;
  for (const [name, count] of Object.entries({ train, test })) {
    if (!Number.isInteger(count) || count < 2 || count % 2 !== 0) {
      throw new RangeError(`${name} must be an even whole number ≥ 2; got ${shown(count)}.`);
    }
  }
  if (!(noise >= 0 && noise < 1)) throw new RangeError(`noise must be in [0, 1); got ${shown(noise)}.`);
  if (!(turns > 0 && turns < TOO_MANY_TURNS))
    throw new RangeError(`turns must be in (0, ${TOO_MANY_TURNS}); got ${shown(turns)}.`);
  const draw = (count: number, stream: number): ImageSet => {
    const random = randomGenerator(seed, stream);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const points = Array.from(labels, (label) => spiralPoint(random(), label as 0 | 1, turns)).flat();
    const shifts = normals(points.length, random);
    return { images: Float32Array.from(points, (x, i) => x + noise * shifts[i]), labels };
  };
  const parts = { train: draw(train, 0), test: draw(test, 1) };
  return dataset({
    name: "two spirals",
    shape: [1, 2, 1],
    classes: ["arm 0", "arm 1"],
    checksums: {},
    ...parts,
  });
}
