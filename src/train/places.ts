import type { LayersModel, layers, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { loadedTensorflow } from "../backend";
import { innerLayers } from "../model/innerLayers";

/**
 * A part of a model with one input and one output, between which the rest of the model sees nothing: a layer, several
 * layers with a branch among them, or the whole. Shapes are those that it has where it stands.
 */
export type Place = {
  /** Its layers; what it consists of alone where there is one. */
  readonly layers: readonly layers.Layer[];
  /** The layer that its output comes from. */
  readonly last: layers.Layer;
  readonly input: Shape;
  readonly output: Shape;
  /** Its output as TensorFlow.js computes it. */
  apply(x: Tensor, options: { training: boolean }): Tensor;
};
type Shape = readonly (number | null)[];

/**
 * A model cut wherever only one tensor leads on, so that a residual block, say, is one place, and a chain has a place
 * for each layer. It stays whole where a mask goes from layer to layer, a layer was called with options of its own or
 * has several outputs, and where a weight is read in several places, so that its gradient is a sum that no single
 * place knows.
 */
export function placesOf(model: LayersModel): readonly Place[] {
  const [start, end] = [model.inputs[0], model.outputs[0]];
  const order = model.layers.some(masks) ? undefined : tensorsBetween(start, end);
  const places = order && cut(start, order);
  return places && !shareWeights(places) ? places : [whole(model)];
}

function whole(model: LayersModel): Place {
  const [input, output] = [model.inputs[0].shape, model.outputs[0].shape];
  return {
    layers: [model],
    last: model,
    input,
    output,
    apply: (x, options) => model.apply(x, options) as Tensor,
  };
}

/** Whether a layer tells those after it to pass over some of what it gives. */
function masks(layer: layers.Layer): boolean {
  const { computeMask } = loadedTensorflow().layers.Layer.prototype;
  return innerLayers(layer).some(({ one }) => {
    const kind = one.getClassName();
    if (kind === "Embedding") return one.getConfig().maskZero === true;
    // These pass on, or take in, a mask that another one made.
    if (
      /^(LSTM|GRU|SimpleRNN|RNN|ConvLSTM2D|Add|Average|Maximum|Minimum|Multiply|Concatenate|Dot)$/.test(kind)
    )
      return false;
    return one.computeMask !== computeMask;
  });
}

/** All tensors that lead from one to another, each behind those that it needs; undefined where a model is of another form. */
function tensorsBetween(start: SymbolicTensor, end: SymbolicTensor): SymbolicTensor[] | undefined {
  const order = new Set<SymbolicTensor>();
  const visit = (tensor: SymbolicTensor): boolean => {
    if (tensor === start || order.has(tensor)) return true;
    const { inputs, callArgs, outputTensorIndex } = tensor;
    const plain = Object.values(callArgs ?? {}).every((value) => value === undefined || value === null);
    if (inputs.length === 0 || !plain || outputTensorIndex !== undefined || !inputs.every(visit))
      return false;
    order.add(tensor);
    return true;
  };
  return visit(end) ? [...order] : undefined;
}

function cut(start: SymbolicTensor, order: readonly SymbolicTensor[]): Place[] {
  const places: Place[] = [];
  let input = start;
  let part: SymbolicTensor[] = [];
  const open = new Set<SymbolicTensor>();
  order.forEach((tensor, i) => {
    part.push(tensor);
    open.add(tensor);
    const rest = order.slice(i + 1).flatMap(({ inputs }) => inputs);
    const needed = rest.filter((other) => other === input || (open.has(other) && other !== tensor));
    if (needed.length > 0) return;
    places.push(placeOf(input, part));
    [input, part] = [tensor, []];
    open.clear();
  });
  return places;
}

function placeOf(input: SymbolicTensor, tensors: readonly SymbolicTensor[]): Place {
  const output = tensors[tensors.length - 1];
  return {
    layers: [...new Set(tensors.map(({ sourceLayer }) => sourceLayer))],
    last: output.sourceLayer,
    input: input.shape,
    output: output.shape,
    apply(x, options) {
      const values = new Map([[input, x]]);
      for (const tensor of tensors) {
        const inputs = tensor.inputs.map((each) => values.get(each) as Tensor);
        values.set(
          tensor,
          tensor.sourceLayer.apply(inputs.length > 1 ? inputs : inputs[0], options) as Tensor,
        );
      }
      return values.get(output) as Tensor;
    },
  };
}

function shareWeights(places: readonly Place[]): boolean {
  const read = places.flatMap(({ layers }) => [
    ...new Set(layers.flatMap(({ weights }) => weights.map((weight) => weight.read()))),
  ]);
  return new Set(read).size < read.length;
}
