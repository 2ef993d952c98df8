import type { layers, Variable } from "@tensorflow/tfjs-node";
import { blockOf, type ChainModel } from "../model/blocks";

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
 * layers are passive: BatchNorm in inference mode, drop-out off. Throws for a layer it does not know.
 */
export function linksOf(model: ChainModel, frozen: FrozenBehaviour = {}): Link[] {
  const last = model.layers.length - 1;
  const links = model.layers.flatMap((layer, i) => linksOfLayer(layer, i === last, frozen));
  if (links.length === 0) throw new Error("The model has no layers.");
  return links.map((link, index) => ({ ...link, index }));
}

function linksOfLayer(layer: layers.Layer, last: boolean, frozen: FrozenBehaviour): Link[] {
  const config = layer.getConfig() as Record<string, unknown>;
  const common = {
    index: 0,
    layer: layer.name,
    block: blockOf(layer),
    input: shapeOf(layer.input),
    output: shapeOf(layer.output),
  };
  const refuse = (what: string): never => {
    throw new Error(`Layer ${layer.name} (${layer.getClassName()}): ${what} cannot be trained here.`);
  };
  const unsupported = [
    "kernelRegularizer",
    "biasRegularizer",
    "activityRegularizer",
    "kernelConstraint",
    "biasConstraint",
  ];
  const extra = unsupported.find((name) => config[name] !== undefined && config[name] !== null);
  if (extra) refuse(extra);
  if (config.dataFormat !== undefined && config.dataFormat !== "channelsLast")
    refuse(`dataFormat ${config.dataFormat}`);
  const weight = (name: string) => {
    const found = layer.weights.find((entry) => entry.originalName.endsWith(`/${name}`));
    return found ? (found.read() as Variable) : undefined;
  };
  const padding = config.padding === "same" ? "SAME" : "VALID";
  const activation = (): Link[] => {
    const name = config.activation ?? "linear";
    if (name === "linear" || (name === "softmax" && last)) return [];
    if (name === "relu") return [{ ...common, input: common.output, kind: "relu" }];
    return refuse(name === "softmax" ? "a softmax before the last layer" : `activation ${name}`);
  };
  switch (layer.getClassName()) {
    case "Conv2D":
      if (String(config.dilationRate ?? [1, 1]) !== "1,1") refuse(`dilationRate ${config.dilationRate}`);
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
      if (common.input.length !== 1) refuse("an input that is not flat");
      return [{ ...common, kind: "dense", kernel: weight("kernel")!, bias: weight("bias") }, ...activation()];
    case "Activation":
      return activation();
    case "ReLU":
      if (config.maxValue !== undefined && config.maxValue !== null) refuse(`maxValue ${config.maxValue}`);
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
      if (config.scale === false || config.center === false) refuse("a BatchNorm without scale or shift");
      if (![-1, common.input.length].includes(Number(config.axis ?? -1))) refuse(`axis ${config.axis}`);
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
      return refuse("this kind of layer");
  }
}

/** The variables that a link reads as weights to be learnt. */
export function weightsOf(link: Link): Variable[] {
  if (link.kind === "conv" || link.kind === "dense")
    return link.bias ? [link.kernel, link.bias] : [link.kernel];
  return link.kind === "batchNorm" ? [link.gamma, link.beta] : [];
}

function shapeOf(tensor: unknown): number[] {
  return (tensor as { shape: (number | null)[] }).shape.slice(1).map(Number);
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value), Number(value)];
}

/** How many links at the start can never change their output: no weight of `carriers`, no statistics, no drop-out. */
export function frozenPrefix(links: readonly Link[], carriers: ReadonlySet<Variable>): number {
  const first = links.findIndex((link) => {
    const active = (link.kind === "batchNorm" || link.kind === "dropout") && link.active;
    return active || weightsOf(link).some((weight) => carriers.has(weight));
  });
  return first < 0 ? links.length : first;
}
