import { kindOf } from "../../common/kindOf";
import { checkImages } from "./checkImages";
import type { ImageSet } from "./imageSet";

/**
 * Refuses a set on which training or scores would be nonsense; a data set copied by a spread has not been checked.
 * @throws TypeError for bytes, RangeError for an empty set, sizes that do not fit, labels that are no class and
 *   values that are not finite.
 */
export function checkSet(set: ImageSet, expected: Parameters<typeof checkImages>[1]): void {
  const { name } = expected;
  if (!(set.images instanceof Float32Array)) {
    throw new TypeError(`${name}: ${notFloats(set.images)}`);
  }
  checkImages(set, expected);
  if (set.labels.length === 0)
    throw new RangeError(`${name}: expected one image at least; got an empty set: take a larger share.`);
}

/** What is wrong with images that are no Float32Array, and what to do. */
export function notFloats(images: unknown): string {
  if (images instanceof Uint8Array) {
    return "images are bytes: call standardise(data) first, or standardiseImages(images, data.standardised) for other images than a data set's.";
  }
  return `images must be a Float32Array, standardised; got ${kindOf(images)}: Float32Array.from(images).`;
}
