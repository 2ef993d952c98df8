import type { LayersModel, layers, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { innerLayers } from "../model/innerLayers";
import { loadedTensorflow } from "../tensorflow/tensorflow";

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
  /** What a part with branches comes apart into, in an order in which each run finds what it reads. */
  readonly runs?: readonly Run<Place>[];
  /** Its output as TensorFlow.js computes it; a layer inside of a run may read several tensors. */
  apply(x: Tensor | readonly Tensor[], options: { training: boolean }): Tensor;
};
type Shape = readonly (number | null)[];

/** Things that stand one behind the other; the first reads the outputs of these runs, of which 0 is the input of all. */
export type Run<T> = { readonly inputs: readonly number[]; readonly chain: readonly T[] };

/** The output of the last of some runs, each of which is computed once. */
export function throughRuns<T, V>(
  runs: readonly Run<T>[],
  input: V,
  compute: (chain: readonly T[], from: readonly V[]) => V,
): V {
  const values = [input];
  for (const { inputs, chain } of runs) {
    values.push(
      compute(
        chain,
        inputs.map((i) => values[i]),
      ),
    );
  }
  return values[values.length - 1];
}

/**
 * A model cut wherever only one tensor leads on, so that a residual block, say, is one place, and a chain has a place
 * for each layer, those of models inside of it too. It stays whole where a mask goes from layer to layer, a layer was called with options of its own or
 * has several outputs, and where a weight is read in several places, so that its gradient is a sum that no single
 * place knows.
 */
export function placesOf(model: LayersModel): readonly Place[] {
  const [start, end] = [model.inputs[0], model.outputs[0]];
  const order = model.layers.some(masks) ? undefined : tensorsBetween(start, end);
  const places = order && cut(start, order);
  if (!places || shareWeights(places)) return [whole(model)];
  return places.flatMap((place) => {
    const [inner, ...others] = place.layers;
    return others.length === 0 && isPlainModel(inner) ? placesOf(inner) : [place];
  });
}

/** Whether a layer is a model of one input and one output, called as TensorFlow.js calls it. */
function isPlainModel(layer: layers.Layer): layer is LayersModel {
  const { inputs, outputs } = layer as Partial<LayersModel>;
  return (
    /^(Model|Functional|Sequential)$/.test(layer.getClassName()) &&
    inputs?.length === 1 &&
    outputs?.length === 1
  );
}

function whole(model: LayersModel): Place {
  const [input, output] = [model.inputs[0].shape, model.outputs[0].shape];
  return {
    layers: [model],
    last: model,
    input,
    output,
    apply: (x, options) => model.apply(x as Tensor, options) as Tensor,
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
  const common = { last: output.sourceLayer, input: input.shape, output: output.shape };
  if (tensors.length === 1) {
    const { sourceLayer: layer, inputs } = output;
    return {
      ...common,
      layers: [layer],
      input: inputs[0].shape,
      apply(x, options) {
        const values = isList(x) ? [...x] : inputs.map(() => x);
        return layer.apply(values.length > 1 ? values : values[0], options) as Tensor;
      },
    };
  }
  const runs = runsOf(input, tensors);
  return {
    ...common,
    layers: [...new Set(tensors.map(({ sourceLayer }) => sourceLayer))],
    runs,
    apply: (x, options) =>
      throughRuns(runs, x as Tensor, ([first, ...others], from) =>
        others.reduce((y, place) => place.apply(y, options), first.apply(from, options)),
      ),
  };
}

const isList = (x: Tensor | readonly Tensor[]): x is readonly Tensor[] => Array.isArray(x);

/** The longest chains of tensors in which each is all that the next one reads, and is read by no other. */
function runsOf(input: SymbolicTensor, tensors: readonly SymbolicTensor[]): Run<Place>[] {
  const runs: { first: SymbolicTensor; chain: SymbolicTensor[] }[] = [];
  const readers = (tensor: SymbolicTensor) => tensors.filter(({ inputs }) => inputs.includes(tensor)).length;
  for (const tensor of tensors) {
    const [only, ...others] = tensor.inputs;
    const before = others.length === 0 && readers(only) === 1 ? only : undefined;
    const run = before && runs.find(({ chain }) => chain[chain.length - 1] === before);
    if (run) run.chain.push(tensor);
    else runs.push({ first: tensor, chain: [tensor] });
  }
  const ends = [input, ...runs.map(({ chain }) => chain[chain.length - 1])];
  return runs.map(({ first, chain }) => ({
    inputs: first.inputs.map((tensor) => ends.indexOf(tensor)),
    chain: chain.map((tensor) => placeOf(tensor.inputs[0], [tensor])),
  }));
}

function shareWeights(places: readonly Place[]): boolean {
  const read = places.flatMap(({ layers }) => [
    ...new Set(layers.flatMap(({ weights }) => weights.map((weight) => weight.read()))),
  ]);
  return new Set(read).size < read.length;
}
