import { shown } from "../../common/shown";
import { checkDataset } from "./checkDataset";
import { type Dataset, dataset, pick } from "./dataset";
import { permutation, randomGenerator } from "./randomGenerator";

/** The stream of random numbers that halves are drawn by, apart from those of other draws. */
const STREAM = 2;

/**
 * The data set with one half of its training images: ⌈N/2⌉ that are drawn by lot, once and for all, are A, the others B.
 * They keep their order; test and validation images stay. A backbone may learn from A, where B tells what it is worth.
 * @throws RangeError for another half, and for fewer than two images.
 */
export function halfOf(data: Dataset, half: "A" | "B"): Dataset {
  checkDataset(data, ["train"]);
  if (half !== "A" && half !== "B") throw new RangeError(`half must be "A" or "B"; got ${shown(half)}.`);
  const count = data.train.labels.length;
  if (count < 2) throw new RangeError(`Halves need two training images; got ${shown(count)}.`);
  const drawn = permutation(count, randomGenerator(0, STREAM));
  const own = half === "A" ? drawn.slice(0, Math.ceil(count / 2)) : drawn.slice(Math.ceil(count / 2));
  return dataset({
    ...data,
    train: pick(
      data.train,
      own.sort((a, b) => a - b),
    ),
  });
}
