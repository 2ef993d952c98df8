import { kindOf } from "../../common/kindOf";
import { shown } from "../../common/shown";
import { checkImageSet } from "./checkImageSet";
import { checkImages, MOST_CLASSES } from "./checkImages";
import type { ImageSet } from "./imageSet";

/** The mean that is subtracted from every pixel and the std that it is divided by. */
export type PixelMoments = { readonly mean: number; readonly std: number };

/** A data set with its parts; the functions on it return new ones and change nothing. */
export type Dataset = {
  readonly name: string;
  /** Height, width, channels of one image; [columns] for a table. */
  readonly shape: readonly number[];
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
  readonly validation?: ImageSet;
  /** SHA-256 of each uncompressed source file, by its name. */
  readonly checksums: Readonly<Record<string, string>>;
  /** By what its images were standardised, once they are. */
  readonly standardised?: PixelMoments;
};

/** A data set from its parts; refuses sizes and labels that do not belong together, and values that are not finite. */
export function dataset(parts: Dataset): Dataset {
  const { shape, classes } = parts;
  if (!Array.isArray(classes) || classes.length < 1 || classes.length > MOST_CLASSES) {
    const got = Array.isArray(classes) ? classes.length : kindOf(classes);
    throw new RangeError(`${parts.name}: classes must be a list of 1 to ${MOST_CLASSES} names; got ${got}.`);
  }
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isInteger(extent) && extent >= 1)) {
    throw new RangeError(
      `${parts.name}: shape must be a list of whole numbers ≥ 1, such as [28, 28, 1]; got ${shown(shape)}.`,
    );
  }
  for (const part of ["train", "test", "validation"] as const) {
    const set = parts[part];
    if (set) checkImages(set, { name: `${parts.name}, ${part}`, shape, classes: classes.length });
  }
  return Object.freeze({ ...parts });
}

/** Values in one image. */
export function imageSize({ shape }: Pick<Dataset, "shape">): number {
  return shape.reduce((size, extent) => size * extent, 1);
}

/** So many values 0, of the type that a set's images have. */
export function imagesLike({ images }: ImageSet, length: number): Uint8Array | Float32Array {
  return new (images.constructor as new (n: number) => Uint8Array | Float32Array)(length);
}

/** The images with the given indices, in that order. @throws RangeError for an index outside of the set. */
export function pick(set: ImageSet, indices: ArrayLike<number>): ImageSet {
  checkImageSet("pick", set);
  if (!Number.isInteger(indices?.length))
    throw new TypeError(`Expected a list of indices; got ${kindOf(indices)}: pick(set, [0, 1, 2]).`);
  const size = set.images.length / set.labels.length;
  const images = imagesLike(set, indices.length * size);
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i];
    if (!Number.isInteger(from) || from < 0 || from >= set.labels.length) {
      throw new RangeError(`Expected indices from 0 to ${set.labels.length - 1}; got ${shown(from)}.`);
    }
    images.set(set.images.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = set.labels[from];
  }
  return { images, labels };
}
