import type { LayersModel, layers, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { innerLayers } from "../model/innerLayers";
import { loadedTensorflow } from "../tensorflow/tensorflow";

/**
 * A part of a model with one input and one output: a layer, several layers with branches, or the whole. The rest of the
 * model reads none of the tensors inside. The shapes are those in this model.
 */
export type Segment = {
  /** Its layers; if there is only one, the segment is that layer. */
  readonly layers: readonly layers.Layer[];
  /** The layer that its output comes from. */
  readonly last: layers.Layer;
  readonly input: Shape;
  readonly output: Shape;
  /** Its branches, if it has any, each after those that it reads. */
  readonly branches?: readonly Branch<Segment>[];
  /** Its output as TensorFlow.js computes it; a layer inside of a branch may read several tensors. */
  apply(x: Tensor | readonly Tensor[], options: { training: boolean }): Tensor;
};
type Shape = readonly (number | null)[];

/** A sequence. Its first member reads the outputs of the branches `inputs`, counted from 1; 0 is the input of all. */
export type Branch<T> = { readonly inputs: readonly number[]; readonly chain: readonly T[] };

/** The output of the last branch; each branch is computed once. */
export function throughBranches<T, V>(
  branches: readonly Branch<T>[],
  input: V,
  compute: (chain: readonly T[], from: readonly V[]) => V,
): V {
  const values = [input];
  for (const { inputs, chain } of branches) {
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
 * A model cut at each tensor that alone carries everything the rest reads. A residual block is one segment; in a
 * sequential model each layer is one, also those of models inside of it. The model stays whole in three cases: a mask
 * goes from layer to layer, a layer was called with options of its own or has several outputs, or several segments read
 * one weight, whose gradient would then be a sum that no single segment knows.
 */
export function segmentsOf(model: LayersModel): readonly Segment[] {
  const [start, end] = [model.inputs[0], model.outputs[0]];
  const order = model.layers.some(masks) ? undefined : tensorsBetween(start, end);
  const segments = order && cut(start, order);
  if (!segments || shareWeights(segments)) return [whole(model)];
  return segments.flatMap((segment) => {
    const [inner, ...others] = segment.layers;
    return others.length === 0 && isPlainModel(inner) ? segmentsOf(inner) : [segment];
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

function whole(model: LayersModel): Segment {
  const [input, output] = [model.inputs[0].shape, model.outputs[0].shape];
  return {
    layers: [model],
    last: model,
    input,
    output,
    apply: (x, options) => model.apply(x as Tensor, options) as Tensor,
  };
}

/** Whether a layer tells later layers, by a mask, to skip some of its output. */
function masks(layer: layers.Layer): boolean {
  const { computeMask } = loadedTensorflow().layers.Layer.prototype;
  return innerLayers(layer).some(({ one }) => {
    const kind = one.getClassName();
    if (kind === "Embedding") return one.getConfig().maskZero === true;
    // These only pass on or read a mask that another layer made.
    if (
      /^(LSTM|GRU|SimpleRNN|RNN|ConvLSTM2D|Add|Average|Maximum|Minimum|Multiply|Concatenate|Dot)$/.test(kind)
    )
      return false;
    return one.computeMask !== computeMask;
  });
}

/** All tensors between two, each after those that it is computed from. Undefined for models of another form. */
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

function cut(start: SymbolicTensor, order: readonly SymbolicTensor[]): Segment[] {
  const segments: Segment[] = [];
  let input = start;
  let part: SymbolicTensor[] = [];
  const open = new Set<SymbolicTensor>();
  order.forEach((tensor, i) => {
    part.push(tensor);
    open.add(tensor);
    const rest = order.slice(i + 1).flatMap(({ inputs }) => inputs);
    const needed = rest.filter((other) => other === input || (open.has(other) && other !== tensor));
    if (needed.length > 0) return;
    segments.push(segmentOf(input, part));
    [input, part] = [tensor, []];
    open.clear();
  });
  return segments;
}

function segmentOf(input: SymbolicTensor, tensors: readonly SymbolicTensor[]): Segment {
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
  const branches = branchesOf(input, tensors);
  return {
    ...common,
    layers: [...new Set(tensors.map(({ sourceLayer }) => sourceLayer))],
    branches,
    apply: (x, options) =>
      throughBranches(branches, x as Tensor, ([first, ...others], from) =>
        others.reduce((y, segment) => segment.apply(y, options), first.apply(from, options)),
      ),
  };
}

const isList = (x: Tensor | readonly Tensor[]): x is readonly Tensor[] => Array.isArray(x);

/** The longest chains of tensors. In a chain each tensor is all that the next one reads, and no other reads it. */
function branchesOf(input: SymbolicTensor, tensors: readonly SymbolicTensor[]): Branch<Segment>[] {
  const branches: { first: SymbolicTensor; chain: SymbolicTensor[] }[] = [];
  const readers = (tensor: SymbolicTensor) => tensors.filter(({ inputs }) => inputs.includes(tensor)).length;
  for (const tensor of tensors) {
    const [only, ...others] = tensor.inputs;
    const before = others.length === 0 && readers(only) === 1 ? only : undefined;
    const branch = before && branches.find(({ chain }) => chain[chain.length - 1] === before);
    if (branch) branch.chain.push(tensor);
    else branches.push({ first: tensor, chain: [tensor] });
  }
  const ends = [input, ...branches.map(({ chain }) => chain[chain.length - 1])];
  return branches.map(({ first, chain }) => ({
    inputs: first.inputs.map((tensor) => ends.indexOf(tensor)),
    chain: chain.map((tensor) => segmentOf(tensor.inputs[0], [tensor])),
  }));
}

function shareWeights(segments: readonly Segment[]): boolean {
  const read = segments.flatMap(({ layers }) => [
    ...new Set(layers.flatMap(({ weights }) => weights.map((weight) => weight.read()))),
  ]);
  return new Set(read).size < read.length;
}
