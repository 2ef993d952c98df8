import type { LayersModel, layers, Tensor } from "@tensorflow/tfjs-node";
import { shown } from "../../common/shown";
import { tensorflowIfLoaded } from "../tensorflow/tensorflow";

/**
 * Refuses what is no LayersModel with layers and inputs, compiled or not; its messages say what to do.
 * @throws TypeError for anything else, also for a model that another copy of TensorFlow.js made; Error for a Sequential
 *   without layers and for a model that was disposed of.
 */
export function checkLayersModel(model: LayersModel): void {
  const { layers: parts, inputs, outputs } = (model ?? {}) as Partial<LayersModel>;
  if (Array.isArray(parts) && inputs?.length && outputs?.length) {
    if (parts.some(isDisposed)) throw new Error("The model was disposed of: build or load it anew.");
    checkOwn(model);
    return;
  }
  const expected = "Expected a LayersModel of TensorFlow.js; got";
  if (Array.isArray(parts) && typeof model.predict === "function") {
    throw new Error(
      `${expected} a model that is not built: give it layers, the first one with an inputShape, before it is used.`,
    );
  }
  const promise = typeof (model as unknown as PromiseLike<unknown>)?.then === "function";
  const executes = typeof (model as unknown as { execute?: unknown })?.execute === "function";
  // The classes as which TensorFlow.js loads graphs, and TensorFlow's own saved models.
  if (!promise && (executes || /^(GraphModel|TFSavedModel)$/.test(shown(model)))) {
    throw new TypeError(
      `${expected} a ${shown(model)}, whose weights are constants of a graph and cannot be trained: convert the model as ` +
        "tfjs_layers_model and load it by tf.loadLayersModel, or build it of layers.",
    );
  }
  throw new TypeError(`${expected} ${promise ? "a promise: await it" : shown(model)}.`);
}

/** Another copy's layers are not of our classes: drop-out, say, would go unnoticed and draw without a seed. */
function checkOwn(model: LayersModel): void {
  const tf = tensorflowIfLoaded();
  if (!tf) return;
  if (!(model instanceof tf.layers.Layer)) {
    throw new TypeError(
      `Expected a LayersModel of the TensorFlow.js that this library has loaded; ${(model as LayersModel).name} is of ` +
        "another copy of it: build or load the model by what await tensorflow() gives.",
    );
  }
}

function isDisposed({ weights }: layers.Layer): boolean {
  return weights.some((weight) => (weight as unknown as { val: Tensor }).val.isDisposed);
}
