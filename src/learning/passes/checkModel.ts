import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-node";
import { isKernel } from "../method/method";
import { checkLayersModel } from "../model/checkLayersModel";
import { innerLayers, lastLayer } from "../model/innerLayers";

/** Bounded activations: after one of them no class can be more than e² (or e) times as likely as another. */
const BOUNDED = ["sigmoid", "hardSigmoid", "tanh", "softsign"];

/**
 * Refuses a model that is not a classifier of the form trained here: one input of a fixed shape, and one output
 * of two classes or more, whose logits come from a linear layer or stand before a closing softmax.
 * @throws TypeError if it is not a LayersModel, Error that says what was expected, what came and what to do.
 */
export function checkModel(model: LayersModel): void {
  checkLayersModel(model);
  const { inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new Error(
      `Expected a model of one input and one output; got ${inputs.length} and ${outputs.length}: join them in the model, or ` +
        "take a part, as by tf.model({ inputs: model.inputs[0], outputs: model.outputs[0] }).",
    );
  }
  const written = (shape: readonly (number | null)[]) => shape.map((extent) => extent ?? "?").join("×");
  const [input, output] = [inputs[0].shape.slice(1), outputs[0].shape.slice(1)];
  if (input.includes(null)) {
    throw new Error(
      `Expected a model of a fixed input shape; got ${written(input)}: build it for one size of images.`,
    );
  }
  const [classes] = output;
  if (output.length !== 1 || classes === null || classes < 2) {
    throw new Error(
      `Expected a model with one output for each class, two or more; got the shape ${written(output)}: end it by a ` +
        "dense layer with as many units as there are classes.",
    );
  }
  if (severalOutputs(outputs[0])) {
    throw new Error(
      `The output of the model is one of several of ${outputs[0].sourceLayer.name}: give it a model or layer of its own.`,
    );
  }
  const last = lastLayer(outputs[0].sourceLayer);
  const { activation } = last.getConfig();
  if (BOUNDED.includes(activation as string)) {
    throw new Error(
      `Layer ${last.name} ends the model by ${activation}, which is neither probabilities of one class each nor ` +
        "logits: give it the activation softmax or linear, or the model a new head by withNewHead.",
    );
  }
  const hidden = isSoftmax(last) ? undefined : softmaxBehind(outputs[0]);
  if (hidden) {
    throw new Error(
      `The softmax of layer ${hidden.name} is not the end of the model, ${last.name} comes after it: leave that out, or ` +
        "the softmax.",
    );
  }
}

function severalOutputs({ sourceLayer, outputTensorIndex }: SymbolicTensor): boolean {
  const { outputs } = sourceLayer as Partial<LayersModel>;
  return outputTensorIndex !== undefined || (outputs !== undefined && severalOutputs(outputs[0]));
}

function isSoftmax(layer: layers.Layer): boolean {
  const [{ one }, ...others] = innerLayers(layer);
  if (others.length > 0) return false;
  return one.getClassName() === "Softmax" || one.getConfig().activation === "softmax";
}

/** A layer whose softmax gives the whole tensor: no layer in between could turn it into logits again. */
function softmaxBehind(
  tensor: SymbolicTensor,
  known = new Map<SymbolicTensor, layers.Layer | undefined>(),
): layers.Layer | undefined {
  if (known.has(tensor)) return known.get(tensor);
  const layer = lastLayer(tensor.sourceLayer);
  const inside = (tensor.sourceLayer as Partial<LayersModel>).outputs;
  const find = () => {
    if (isSoftmax(layer)) return layer;
    if (layer.weights.some(isKernel)) return undefined;
    const behind = (inside?.[0] ?? tensor).inputs.map((input) => softmaxBehind(input, known));
    return behind.every(Boolean) ? behind[0] : undefined;
  };
  const found = find();
  known.set(tensor, found);
  return found;
}
