import type { LayersModel, layers, Variable } from "@tensorflow/tfjs-node";
import { loadedTensorflow } from "../backend";
import { blockOf } from "../model/blocks";
import { type StockLayer, stockLayer } from "./stockLayer";

type Common = {
  /** Place in the whole model's chain: tells the drop-out of one link from that of another. */
  readonly index: number;
  readonly layer: string;
  readonly block: string;
  /** Shape of one image's input and output, without the batch. */
  readonly input: readonly number[];
  readonly output: readonly number[];
};

/** Strides as [height, width], padding as TensorFlow writes it. */
type Window = { readonly strides: readonly [number, number]; readonly padding: "VALID" | "SAME" };

/** One operation of a chain, with the weights that it reads. */
export type Link = Common &
  (
    | ({ readonly kind: "conv"; readonly kernel: Variable; readonly bias?: Variable } & Window)
    | { readonly kind: "dense"; readonly kernel: Variable; readonly bias?: Variable }
    | { readonly kind: "relu" }
    | { readonly kind: "flatten" }
    | ({ readonly kind: "maxPool"; readonly size: readonly [number, number] } & Window)
    | { readonly kind: "dropout"; readonly rate: number; readonly active: boolean }
    | {
        readonly kind: "batchNorm";
        readonly gamma: Variable;
        readonly beta: Variable;
        readonly mean: Variable;
        readonly variance: Variable;
        readonly epsilon: number;
        readonly momentum: number;
        /** Normalises by the batch and moves its statistics; else by the statistics it has. */
        readonly active: boolean;
      }
    /** Anything else, by TensorFlow.js itself and its automatic gradient. */
    | { readonly kind: "stock"; readonly stock: StockLayer }
  );

/** What frozen layers still do. The default is nothing: statistics stand still and nothing is dropped. */
export type FrozenBehaviour = {
  /** BatchNorm in frozen layers normalises by the batch and moves its statistics. */
  readonly statistics?: "still" | "moving";
  /** Drop-out in frozen layers. */
  readonly dropout?: "off" | "on";
};

export type LinkOf<Kind extends Link["kind"]> = Extract<Link, { kind: Kind }>;

/**
 * A model as a chain of links up to its logits (a closing softmax belongs to the loss). Links of frozen
 * layers are passive: BatchNorm in inference mode, drop-out off. Layers that have no link of their own, graphs
 * that are no chain, and chains that read a weight in several places, become stock links. Throws for a model of several inputs or outputs.
 */
export function linksOf(model: LayersModel, frozen: FrozenBehaviour = {}): Link[] {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new Error(
      `Expected a model of one input and one output; got ${model.inputs.length} and ${model.outputs.length}.`,
    );
  }
  const places = model.getClassName() === "Sequential" ? placesOf(model) : [];
  const links =
    places.length === 0 || shareWeights(places)
      ? [
          stockLink(
            { layer: model, input: model.inputs[0].shape, output: model.outputs[0].shape },
            true,
            frozen,
          ),
        ]
      : places.flatMap((place, i) => linksOfLayer(place, i === places.length - 1, frozen));
  return links.map((link, index) => ({ ...link, index }));
}

/** A layer where it stands, with its shapes there: a layer of several models or places has none of its own. */
type Place = { readonly layer: layers.Layer; readonly input: Shape; readonly output: Shape };
type Shape = readonly (number | null)[];

function placesOf(model: LayersModel): Place[] {
  let input: Shape = model.inputs[0].shape;
  return model.layers
    .filter((layer) => layer.getClassName() !== "InputLayer")
    .map((layer) => {
      const place = { layer, input, output: outputShape(layer, input) };
      input = place.output;
      return place;
    });
}

/** Sequential's own computeOutputShape fails before it is built (TensorFlow.js 4.22). */
function outputShape(layer: layers.Layer, input: Shape): Shape {
  return layer.getClassName() === "Sequential"
    ? (layer as LayersModel).layers.reduce((shape, inner) => outputShape(inner, shape), input)
    : (layer.computeOutputShape([...input]) as Shape);
}

/** Whether a weight is read in several places, so that its gradient is a sum that no single link knows. */
function shareWeights(places: readonly Place[]): boolean {
  const read = places.flatMap(({ layer }) => [...new Set(layer.weights.map((weight) => weight.read()))]);
  return new Set(read).size < read.length;
}

function commonOf({ layer, input, output }: Place): Common {
  const [from, to] = [input, output].map((shape) => shape.slice(1).map(Number));
  return { index: 0, layer: layer.name, block: blockOf(layer), input: from, output: to };
}

function stockLink(place: Place, closing: boolean, frozen: FrozenBehaviour): Link {
  const stock = stockLayer(loadedTensorflow(), place.layer, { frozen, closing });
  return { ...commonOf(place), kind: "stock", stock };
}

function linksOfLayer(place: Place, last: boolean, frozen: FrozenBehaviour): Link[] {
  if (!hasLink(place, last)) return [stockLink(place, last, frozen)];
  const { layer } = place;
  const config = layer.getConfig() as Record<string, unknown>;
  const common = commonOf(place);
  const weight = (name: string) => {
    const found = layer.weights.find((entry) => entry.originalName.endsWith(`/${name}`));
    return found ? (found.read() as Variable) : undefined;
  };
  const padding = config.padding === "same" ? "SAME" : "VALID";
  const activation = (): Link[] => {
    return config.activation === "relu" ? [{ ...common, input: common.output, kind: "relu" }] : [];
  };
  switch (layer.getClassName()) {
    case "Conv2D":
      return [
        {
          ...common,
          kind: "conv",
          kernel: weight("kernel")!,
          bias: weight("bias"),
          strides: pair(config.strides),
          padding,
        },
        ...activation(),
      ];
    case "Dense":
      return [{ ...common, kind: "dense", kernel: weight("kernel")!, bias: weight("bias") }, ...activation()];
    case "Activation":
      return activation();
    case "ReLU":
      return [{ ...common, kind: "relu" }];
    case "MaxPooling2D": {
      const size = pair(config.poolSize);
      return [{ ...common, kind: "maxPool", size, strides: pair(config.strides ?? size), padding }];
    }
    case "Flatten":
      return [{ ...common, kind: "flatten" }];
    case "Dropout":
      return [
        {
          ...common,
          kind: "dropout",
          rate: Number(config.rate),
          active: (layer.trainable || frozen.dropout === "on") && Number(config.rate) > 0,
        },
      ];
    case "BatchNormalization":
      return [
        {
          ...common,
          kind: "batchNorm",
          gamma: weight("gamma")!,
          beta: weight("beta")!,
          mean: weight("moving_mean")!,
          variance: weight("moving_variance")!,
          epsilon: Number(config.epsilon),
          momentum: Number(config.momentum),
          active: layer.trainable || frozen.statistics === "moving",
        },
      ];
    default:
      throw new Error(`Layer ${layer.name} (${layer.getClassName()}) has no link of its own.`);
  }
}

/** Whether a layer is one of those whose passes are written out here, in a form that they cover. */
function hasLink({ layer, input }: Place, last: boolean): boolean {
  const config = layer.getConfig() as Record<string, unknown>;
  const given = (name: string) => config[name] !== undefined && config[name] !== null;
  if (given("dataFormat") && config.dataFormat !== "channelsLast") return false;
  const { activation = "linear" } = config;
  const plain = activation === "linear" || activation === "relu" || (activation === "softmax" && last);
  switch (layer.getClassName()) {
    case "Conv2D":
      return plain && String(config.dilationRate ?? [1, 1]) === "1,1";
    case "Dense":
      return plain && input.length === 2;
    case "Activation":
      return plain;
    case "ReLU":
      return !given("maxValue");
    case "BatchNormalization":
      return (
        config.scale !== false &&
        config.center !== false &&
        (input.length === 2 || input.length === 4) &&
        [-1, input.length - 1].includes(Number(config.axis ?? -1))
      );
    default:
      return ["MaxPooling2D", "Flatten", "Dropout"].includes(layer.getClassName());
  }
}

/** The variables that a link reads as weights to be learnt. */
export function weightsOf(link: Link): Variable[] {
  if (link.kind === "conv" || link.kind === "dense")
    return link.bias ? [link.kernel, link.bias] : [link.kernel];
  if (link.kind === "stock") return [...link.stock.weights];
  return link.kind === "batchNorm" ? [link.gamma, link.beta] : [];
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value), Number(value)];
}

/** How many links at the start can never change their output: no weight of `carriers`, no statistics, no drop-out. */
export function frozenPrefix(links: readonly Link[], carriers: ReadonlySet<Variable>): number {
  const first = links.findIndex((link) => {
    const active =
      link.kind === "stock"
        ? link.stock.active
        : (link.kind === "batchNorm" || link.kind === "dropout") && link.active;
    return active || weightsOf(link).some((weight) => carriers.has(weight));
  });
  return first < 0 ? links.length : first;
}
