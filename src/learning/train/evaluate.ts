import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { defaultSignal } from "../../common/defaultSignal";
import { breathe } from "../../common/platform";
import { IMAGES_AT_ONCE, inOrder, type Resident, resident } from "../batches/resident";
import { checkImageSet } from "../dataset/checkImageSet";
import { checkSet } from "../dataset/checkSet";
import type { Dataset } from "../dataset/dataset";
import type { ImageSet } from "../dataset/imageSet";
import { checkWhole } from "../model/checkWhole";
import { sameWeights } from "../model/lockForTraining";
import { checkModel } from "../passes/checkModel";
import { linksOf } from "../passes/link";
import type { Passes } from "../passes/passes";
import { passesOf } from "../passes/passesOf";
import { tensorflow } from "../tensorflow/tensorflow";

/** Mean cross-entropy (nats) and share of images classified as labelled. */
export type Score = { readonly loss: number; readonly accuracy: number };

/** Why finite images have no finite logits, and what to do. */
export const OVERFLOW =
  "the weights are too large or not finite. Train with a lower learning rate, or put earlier weights back.";

/**
 * Loss and accuracy of a model on a set of standardised images of the shape that it takes, in inference mode, by
 * batches of `batch` images (default 500). Stopping the notebook's cell stops it.
 * @throws TypeError for bytes, RangeError for an empty set, sizes and labels that do not fit the model, values that
 *   are not finite, a batch that is not a whole number ≥ 1, and where the loss is not finite.
 */
export async function evaluate(
  model: LayersModel,
  set: ImageSet,
  options: { batch?: number } = {},
): Promise<Score> {
  checkKeys("evaluate", options, { batch: true });
  const { batch = IMAGES_AT_ONCE } = options;
  checkWhole({ batch }, 1);
  checkModel(model);
  checkImageSet("evaluate", set);
  const signal = defaultSignal();
  const tf = await tensorflow();
  const links = linksOf(model);
  const shape = model.inputs[0].shape.slice(1) as Dataset["shape"];
  checkSet(set, { name: "evaluate", shape, classes: model.outputs[0].shape.at(-1) as number });
  const passes = passesOf(tf, links);
  const data = resident(tf, { shape }, set);
  try {
    const same = sameWeights(model, "evaluate");
    const check = () => {
      signal.throwIfAborted();
      same();
    };
    return await score(passes, data, { batch, check });
  } finally {
    data.dispose();
    passes.dispose();
  }
}

/** Sums over batches in order; stops early if `signal` aborts. `check` runs before each batch and may throw. */
export async function score(
  passes: Passes,
  data: Resident,
  {
    batch = IMAGES_AT_ONCE,
    signal,
    check,
  }: { batch?: number; signal?: AbortSignal; check?: () => void } = {},
): Promise<Score> {
  let loss = 0;
  let correct = 0;
  let seen = 0;
  for (const indices of inOrder(data, batch)) {
    if (signal?.aborted) break;
    check?.();
    const part = data.pick(indices);
    try {
      const result = passes.score(part);
      if (!Number.isFinite(result.loss)) {
        throw new RangeError(`The loss of images to evaluate is ${result.loss}: ${OVERFLOW}`);
      }
      loss += result.loss;
      correct += result.correct;
    } finally {
      part.dispose();
    }
    seen += part.count;
    await breathe();
  }
  return { loss: loss / seen, accuracy: correct / seen };
}
