import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { defaultSignal } from "../../common/defaultSignal";
import { breathe } from "../../common/platform";
import { IMAGES_AT_ONCE } from "../batches/resident";
import { checkImageSet } from "../dataset/checkImageSet";
import { checkFinite } from "../dataset/checkImages";
import { notFloats } from "../dataset/checkSet";
import type { ImageSet } from "../dataset/imageSet";
import { checkWhole } from "../model/checkWhole";
import { sameWeights } from "../model/lockForTraining";
import { checkModel } from "../passes/checkModel";
import { linksOf } from "../passes/link";
import { passesOf } from "../passes/passesOf";
import { tensorflow } from "../tensorflow/tensorflow";
import { OVERFLOW } from "./evaluate";

/** What a model says about each of `count` images. */
export type Predictions = {
  /** The class of the largest probability for each image, the first of equals. */
  readonly labels: Int32Array;
  /** count × classes, row-major; each row sums to 1. */
  readonly probabilities: Float32Array;
  readonly classes: number;
};

/**
 * What a model says about standardised images (or rows of a table), in inference mode: p = softmax(logits), in
 * batches. Images need no labels. Stopping the notebook's cell stops it.
 * @throws TypeError for bytes, RangeError for values that do not make up whole images or are not finite, and for
 *   weights that make probabilities of NaN.
 */
export async function predict(
  model: LayersModel,
  set: Pick<ImageSet, "images">,
  options: { batch?: number } = {},
): Promise<Predictions> {
  checkKeys("predict", options, { batch: true });
  const { batch = IMAGES_AT_ONCE } = options;
  checkWhole({ batch }, 1);
  checkModel(model);
  checkImageSet("predict", set, true);
  const { images } = set;
  if (!(images instanceof Float32Array)) {
    throw new TypeError(`predict: ${notFloats(images)}`);
  }
  const signal = defaultSignal();
  const tf = await tensorflow();
  const links = linksOf(model);
  const shape = model.inputs[0].shape.slice(1) as number[];
  const classes = model.outputs[0].shape.at(-1) as number;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const count = images.length / size;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `The model takes ${size} values an image (${shape.join("×")}); got ${images.length} in all.`,
    );
  }
  checkFinite("predict", images, count);
  const check = sameWeights(model, "predict");
  const passes = passesOf(tf, links);
  const labels = new Int32Array(count);
  const probabilities = new Float32Array(count * classes);
  try {
    for (let from = 0; from < count; from += batch) {
      signal.throwIfAborted();
      check();
      const part = images.subarray(from * size, Math.min(from + batch, count) * size);
      tf.tidy(() => {
        const logits = passes.infer(tf.tensor(part, [part.length / size, ...shape]));
        const rows = tf.softmax(logits).dataSync() as Float32Array;
        const wrong = rows.findIndex((p) => !Number.isFinite(p));
        if (wrong >= 0) {
          const image = from + Math.floor(wrong / classes);
          throw new RangeError(`A probability of image ${image} is ${rows[wrong]}: ${OVERFLOW}`);
        }
        probabilities.set(rows, from * classes);
        labels.set(tf.argMax(logits, 1).dataSync() as Int32Array, from);
      });
      await breathe();
    }
  } finally {
    passes.dispose();
  }
  return { labels, probabilities, classes };
}
