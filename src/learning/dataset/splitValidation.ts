import { checkKeys } from "../../common/checkKeys";
import { sameDeeply } from "../../common/sameDeeply";
import { shown } from "../../common/shown";
import { checkDataset } from "./checkDataset";
import { checkImageSet } from "./checkImageSet";
import { type Dataset, dataset, type PixelMoments, pick } from "./dataset";
import type { ImageSet } from "./imageSet";
import { permutation, randomGenerator } from "./randomGenerator";

/**
 * Moves `fraction` of the training images of every class into a validation set (stratified, rounded to the
 * nearest whole number per class); both keep the order of the file, and the seed alone decides which images.
 * @throws RangeError for a fraction that leaves one of the two sets empty, Error where there is a validation set.
 */
export function splitValidation(data: Dataset, options: { fraction?: number; seed?: number } = {}): Dataset {
  checkKeys("splitValidation", options, { fraction: true, seed: true });
  checkDataset(data, ["train"]);
  const { fraction = 1 / 12, seed = 0 } = options;
  if (!(fraction > 0 && fraction < 1))
    throw new RangeError(`fraction must be between 0 and 1; got ${shown(fraction)}.`);
  if (data.validation) throw new Error(`${data.name} has a validation set already.`);
  const counts = countByClass(data.train, data.classes.length).map((count) => Math.round(count * fraction));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || total === data.train.labels.length) {
    throw new RangeError(
      `A fraction of ${fraction} of ${data.train.labels.length} images leaves none for ` +
        `${total === 0 ? "validation: give a larger one" : "training: give a smaller one"}, or more images.`,
    );
  }
  const chosen = drawByClass(data.train, counts, seed);
  const rest = indicesWhere(data.train, (_, i) => !chosen.has(i));
  const validation = pick(
    data.train,
    indicesWhere(data.train, (_, i) => chosen.has(i)),
  );
  return dataset({ ...data, train: pick(data.train, rest), validation });
}

/** Only the images whose label is in `labels`, in all parts; labels and classes keep their numbers. */
export function selectLabels(data: Dataset, labels: readonly number[]): Dataset {
  checkDataset(data, ["train"]);
  if (!Array.isArray(labels)) throw new TypeError(`labels must be a list of labels; got ${shown(labels)}.`);
  const wrong = labels.find((label) => !Number.isInteger(label) || label < 0 || label >= data.classes.length);
  if (labels.length === 0 || wrong !== undefined) {
    throw new RangeError(`labels must be some of 0 … ${data.classes.length - 1}; got ${shown(labels)}.`);
  }
  const wanted = new Set(labels);
  return mapSets(data, (set) =>
    pick(
      set,
      indicesWhere(set, (label) => wanted.has(label)),
    ),
  );
}

/** At most `train` and `test` images of the sets, as many of each class as of any other (±1), drawn by the seed. */
export function subset(data: Dataset, options: { train?: number; test?: number; seed?: number }): Dataset {
  checkKeys("subset", options, { train: true, test: true, seed: true });
  checkDataset(data, options.test === undefined ? ["train"] : ["train", "test"], "leave the option test out");
  const { train, test, seed = 0 } = options;
  const draw = (set: ImageSet, count: number | undefined, name: string): ImageSet => {
    if (count === undefined || count >= set.labels.length) return set;
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`${name} must be a positive whole number; got ${shown(count)}.`);
    }
    const chosen = drawByClass(set, shareOut(count, countByClass(set, data.classes.length)), seed);
    return pick(
      set,
      indicesWhere(set, (_, i) => chosen.has(i)),
    );
  };
  const held = data.test && { test: draw(data.test, test, "test") };
  return dataset({ ...data, train: draw(data.train, train, "train"), ...held });
}

/**
 * Images as floats of mean 0 and standard deviation 1 over all pixels of the *training* set, (x − mean) / std for every
 * part; or by `moments` that do not depend on the images, as a bound on unseen ones wants it.
 * @throws RangeError for constant images, for a std that cannot be divided by, and for other moments than those that the
 *   images are standardised by already.
 */
export function standardise(data: Dataset, moments?: PixelMoments): Dataset {
  checkDataset(data, ["train"]);
  if (data.standardised) {
    if (moments && !sameDeeply(moments, data.standardised)) {
      throw new RangeError(
        `${data.name} is standardised already, by mean ${data.standardised.mean} and std ${data.standardised.std}; got ${shown(moments.mean)} and ${shown(moments.std)}: take the images as read.`,
      );
    }
    return data;
  }
  const standardised = moments ?? momentsOf(data);
  const scaled = ({ images, labels }: ImageSet): ImageSet => ({
    images: standardiseImages(images, standardised),
    labels,
  });
  return dataset({ ...mapSets(data, scaled), standardised });
}

function momentsOf({ name, train: { images } }: Dataset): PixelMoments {
  let sum = 0;
  for (let i = 0; i < images.length; i++) sum += images[i];
  const mean = sum / images.length;
  let squares = 0;
  for (let i = 0; i < images.length; i++) squares += (images[i] - mean) ** 2;
  const std = Math.sqrt(squares / images.length);
  if (!(std > 0)) throw new RangeError(`${name}: all pixels of the training set are equal to ${mean}.`);
  return { mean, std };
}

/**
 * (x − mean) / std of images outside of a data set, such as new ones to predict, by that data set's `standardised`.
 * @throws RangeError where that is missing, or its std cannot be divided by.
 */
export function standardiseImages(
  images: ArrayLike<number>,
  standardised: Dataset["standardised"],
): Float32Array {
  const { mean, std } = standardised ?? {};
  if (mean === undefined || !Number.isFinite(mean) || !(std !== undefined && std > 0 && std < Infinity)) {
    throw new RangeError(
      `Expected { mean, std } of a standardised data set; got ${shown(standardised)}: give standardise(data).standardised.`,
    );
  }
  const values = new Float32Array(images.length);
  for (let i = 0; i < values.length; i++) values[i] = (images[i] - mean) / std;
  return values;
}

function mapSets(data: Dataset, change: (set: ImageSet) => ImageSet): Dataset {
  // A data set without a test set is refused where one is needed, as in `fit`.
  const test = data.test && { test: change(data.test) };
  const validation = data.validation && { validation: change(data.validation) };
  return dataset({ ...data, train: change(data.train), ...test, ...validation });
}

/** How many images each class has. */
export function countByClass(set: ImageSet, classes: number): number[] {
  checkImageSet("countByClass", set);
  const counts = new Array<number>(classes).fill(0);
  for (const label of set.labels) counts[label]++;
  return counts;
}

export function indicesWhere(set: ImageSet, test: (label: number, index: number) => boolean): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < set.labels.length; i++) if (test(set.labels[i], i)) found.push(i);
  return Int32Array.from(found);
}

/** The indices of `counts[c]` images of every class c, or of all where there are fewer. */
export function drawByClass(set: ImageSet, counts: readonly number[], seed: number): Set<number> {
  const left = [...counts];
  const chosen = new Set<number>();
  for (const i of permutation(set.labels.length, randomGenerator(seed, 1))) {
    if (left[set.labels[i]]-- > 0) chosen.add(i);
  }
  return chosen;
}

/** Shares `total` out among classes as evenly as their sizes allow. */
function shareOut(total: number, sizes: readonly number[]): number[] {
  const shares = sizes.map(() => 0);
  for (let left = total; left > 0; ) {
    const open = shares.map((_, c) => c).filter((c) => shares[c] < sizes[c]);
    if (open.length === 0) break;
    const each = Math.max(1, Math.floor(left / open.length));
    for (const c of open) {
      const more = Math.min(each, sizes[c] - shares[c], left);
      shares[c] += more;
      left -= more;
    }
  }
  return shares;
}
