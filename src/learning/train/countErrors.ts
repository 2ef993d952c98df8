import type { LayersModel } from "@tensorflow/tfjs-node";
import type { ImageSet } from "../dataset/imageSet";
import { evaluate } from "./evaluate";

/**
 * How many of the images a model classifies otherwise than they are labelled: k of `certifyGeneralisation`.
 * @throws what `evaluate` throws.
 */
export async function countErrors(
  model: LayersModel,
  set: ImageSet,
  options: { batch?: number } = {},
): Promise<number> {
  const { accuracy } = await evaluate(model, set, options);
  const count = set.labels.length;
  return count - Math.round(accuracy * count);
}
