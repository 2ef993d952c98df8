import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { checkImageSet } from "../dataset/checkImageSet";
import type { ImageSet } from "../dataset/imageSet";
import { checkMethod } from "../train/checkFit";
import { weightsByName } from "../train/trainingState";
import { decodeTrained, type TrainedDecoder } from "./decodeTrained";
import { type Choice, checkMenu, placeIn } from "./menu";
import { sharedImages } from "./sharedImages";
import type { RoundedMethod } from "./withRounding";
import { type ImageMoments, type TrainedCode, writeCode } from "./writeCode";

/** What is written, by which decoder it is to be read, and what it must not depend on. */
export type EncodeOptions = TrainedDecoder & {
  readonly choice: Choice;
  readonly model: LayersModel;
  /** What trained the model: `withRounding` of the method that `build` makes. */
  readonly method: RoundedMethod;
  /** The images that the bound is computed on, as the model was given them. */
  readonly images: ImageSet;
  /** All images that what `build` uses was trained on or chosen by: a backbone's. An empty list for seeds alone. */
  readonly seen: readonly ImageSet[];
  /** Mean and deviation of the images themselves, where these standardised them: they are sent. */
  readonly moments?: ImageMoments;
};

const OPTIONS: Record<keyof EncodeOptions, true> = {
  ...{ menu: true, build: true, choice: true, model: true, method: true },
  ...{ images: true, seen: true, moments: true },
};

/** Images standardised by their own mean and deviation have 0 and 1 to this accuracy; by others' they hardly do. */
const BY_CHANCE = 1e-4;

/**
 * Writes a trained model as a prefix-free code, whose length is L of `certifyGeneralisation`, and lists every bit that a
 * decoder needs. It then runs the decoder, and refuses where the model that comes out is another one by a single bit
 * of a weight or a statistic: whatever is not in the code or in what `build` makes of the choice is not paid for.
 * @throws RangeError for a choice that is not on the menu, images that the backbone has seen, images standardised by
 *   their own moments that are not sent, and for a decoder that rebuilds another model, as it does where statistics of
 *   BatchNorm have moved; TypeError for unknown options and a method that is not rounded.
 */
export async function encodeTrained(options: EncodeOptions): Promise<TrainedCode> {
  checkKeys("encodeTrained", options, OPTIONS);
  const { menu, build, choice, model, method, images, seen, moments } = options;
  if (typeof method?.quantised !== "function")
    throw new TypeError(`encodeTrained takes a method of withRounding; got ${shown(method)}.`);
  checkMethod(method, model);
  checkMenu(menu);
  placeIn(menu, choice);
  checkImages(images, seen, moments);
  const code = writeCode({ menu, choice, moments, quantised: method.quantised() });
  await checkRebuilt(code, { menu, build }, model);
  return code;
}

function checkImages(images: ImageSet, seen: readonly ImageSet[], moments: ImageMoments | undefined): void {
  checkImageSet("encodeTrained, images", images);
  if (!Array.isArray(seen))
    throw new TypeError(`seen must be a list of image sets, empty where seeds are all; got ${shown(seen)}.`);
  for (const set of seen) checkImageSet("encodeTrained, seen", set);
  const shared = sharedImages(images, seen);
  if (shared > 0) {
    throw new RangeError(
      `The images of the bound must be unknown to the backbone; got ${shown(shared)} that it has seen: train it on other images, ` +
        "or compute the bound on the rest alone.",
    );
  }
  if (moments !== undefined) {
    checkKeys("moments", moments, { mean: true, deviation: true });
    for (const [name, value] of Object.entries(moments))
      if (!Number.isFinite(Math.fround(value)))
        throw new RangeError(`moments.${name} must be a finite number; got ${shown(value)}.`);
    return;
  }
  const { mean, deviation } = momentsOf(images.images);
  if (Math.abs(mean) < BY_CHANCE && Math.abs(deviation - 1) < BY_CHANCE) {
    throw new RangeError(
      "The images must be standardised by numbers fixed beforehand; got mean 0 and deviation 1, which are their own: give " +
        "moments: { mean, deviation }, so that they are sent, or fix others.",
    );
  }
}

function momentsOf(values: ArrayLike<number>): ImageMoments {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(squares / values.length - mean * mean) };
}

/** Runs the decoder, and compares all weights and statistics. */
async function checkRebuilt(code: TrainedCode, decoder: TrainedDecoder, model: LayersModel): Promise<void> {
  const trained = weightsByName(model);
  const { model: again, method } = await decodeTrained(code, decoder);
  if (again === model)
    throw new RangeError(
      "build must make a model of its own; got the trained one: build it anew from the choice.",
    );
  const rebuilt = Object.values(weightsByName(again));
  method.dispose();
  again.dispose();
  // By their order: TensorFlow.js numbers layers without a name anew.
  const names = Object.keys(trained);
  const other = names.find((name, i) => {
    const [here, there] = [bitsOf(trained[name]), bitsOf(rebuilt[i] ?? new Float32Array(0))];
    return here.length !== there.length || here.some((value, j) => value !== there[j]);
  });
  if (other === undefined && names.length === rebuilt.length) return;
  throw new RangeError(
    `What the decoder rebuilds is not the trained model: ${other ?? "the number of weights"} differs. The backbone, a seed or a ` +
      "statistic that moved is not what build makes of the choice.",
  );
}

const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);
