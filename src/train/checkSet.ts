import type { ImageSet } from "../dataset/dataset";

type Expected = { readonly name: string; readonly shape: readonly number[]; readonly classes: number };

/**
 * Refuses a set that would train or score as nonsense; a data set's own check can be got round by a spread.
 * @throws TypeError for bytes, RangeError for an empty set, sizes that do not fit, labels that are no class and
 *   values that are not finite.
 */
export function checkSet({ images, labels }: ImageSet, { name, shape, classes }: Expected): void {
  if (!(images instanceof Float32Array)) {
    throw new TypeError(`${name}: images are bytes: call standardise(data) before training or evaluating.`);
  }
  if (labels.length === 0)
    throw new RangeError(`${name}: expected one image at least; got an empty set: take a larger share.`);
  const size = labels.length * shape.reduce((product, extent) => product * extent, 1);
  if (images.length !== size) {
    throw new RangeError(
      `${name}: ${labels.length} labels ask for ${size} values (shape ${shape.join("×")}); got ${images.length}.`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new RangeError(
      `${name}: label ${labels[wrong]} of image ${wrong} is outside 0 … ${classes - 1}: use dataset(…), which ` +
        "checks labels, or a model of more classes.",
    );
  }
  // A loop, for `every` takes five times as long for the 47 million values of MNIST.
  for (let i = 0; i < images.length; i++) {
    if (!Number.isFinite(images[i])) {
      const image = Math.floor((i * labels.length) / images.length);
      throw new RangeError(
        `${name}: image ${image} holds ${images[i]}, which is not finite: remove it or mend it.`,
      );
    }
  }
}
