import { shown } from "../../common/shown";

/** How often images of each true class (row) were predicted as each class (column). */
export type ConfusionMatrix = {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
  /** Share of all images that are on the diagonal. */
  readonly accuracy: number;
};

/**
 * Counts true against predicted labels: counts[t][p] is the number of i with truth[i] = t and predicted[i] = p.
 * @throws TypeError for anything but lists; RangeError for lists of different lengths, empty ones, and labels that are not an index of `classes`.
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: readonly string[],
): ConfusionMatrix {
  for (const [name, list] of Object.entries({ truth, predicted, classes })) {
    if (!Number.isInteger(list?.length))
      throw new TypeError(`confusionMatrix: ${name} must be a list; got ${shown(list)}.`);
  }
  if (truth.length !== predicted.length || truth.length === 0) {
    throw new RangeError(
      `Expected as many predicted labels as true ones, one at least; got ${predicted.length} and ${truth.length}.`,
    );
  }
  const counts = classes.map(() => classes.map(() => 0));
  let right = 0;
  for (let i = 0; i < truth.length; i++) {
    for (const [name, label] of [
      ["true", truth[i]],
      ["predicted", predicted[i]],
    ] as const) {
      if (classes[label] === undefined) {
        throw new RangeError(
          `The ${name} label ${label} of image ${i} is outside 0 … ${classes.length - 1}.`,
        );
      }
    }
    counts[truth[i]][predicted[i]]++;
    if (truth[i] === predicted[i]) right++;
  }
  return { classes: [...classes], counts, accuracy: right / truth.length };
}
