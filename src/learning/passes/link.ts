import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { present } from "../../common/present";
import { type Activity, activityOf } from "../model/activity";
import { blockOf } from "../model/blocksOf";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { checkModel } from "./checkModel";
import { type Branch, type Segment, segmentsOf } from "./segments";
import { type StockLayer, stockLayer } from "./stockLayer";

type Common = {
  /** Number in the whole model's chain: tells the drop-out of one link from that of another. */
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
        /** Share of the old statistics that a step keeps; the batch's own variance is Σ(x − μ)²/n. */
        readonly momentum: number;
        /** Normalises by the batch and moves its statistics; else by the statistics it has. */
        readonly active: boolean;
      }
    /** Anything else: TensorFlow.js itself computes it, with its automatic gradient. */
    | { readonly kind: "stock"; readonly stock: StockLayer }
    /** Branches that start from one input; the output is that of the last branch. */
    | { readonly kind: "branches"; readonly branches: readonly Branch<Link>[] }
  );

export type LinkOf<Kind extends Link["kind"]> = Extract<Link, { kind: Kind }>;

/**
 * A model as a chain of links up to its logits (a closing softmax belongs to the loss). Links of frozen
 * layers are passive: BatchNorm in inference mode, drop-out off. A layer that has no link of its own becomes a stock
 * link; a part with branches becomes a link that holds others. Throws for a model of several inputs or outputs.
 */
export function linksOf(model: LayersModel, given?: Activity): Link[] {
  checkModel(model);
  const activity = given ?? activityOf(model);
  const segments = segmentsOf(model);
  const links = segments.flatMap((segment, i) =>
    linksOfSegment(segment, i === segments.length - 1, activity),
  );
  let count = 0;
  const numbered = (link: Link): Link => {
    if (link.kind !== "branches") return { ...link, index: count++ };
    return {
      ...link,
      branches: link.branches.map((branch) => ({ ...branch, chain: branch.chain.map(numbered) })),
    };
  };
  return links.map(numbered);
}

function commonOf({ last, input, output }: Segment): Common {
  const [from, to] = [input, output].map((shape) => shape.slice(1).map(Number));
  return { index: 0, layer: last.name, block: blockOf(last), input: from, output: to };
}

function linksOfSegment(segment: Segment, closing: boolean, activity: Activity): Link[] {
  if (segment.branches) {
    const branches = segment.branches.map(({ inputs, chain }, r, all) => {
      const closes = (i: number) => closing && r === all.length - 1 && i === chain.length - 1;
      return { inputs, chain: chain.flatMap((part, i) => linksOfSegment(part, closes(i), activity)) };
    });
    return [{ ...commonOf(segment), kind: "branches", branches }];
  }
  if (!hasLink(segment, closing)) {
    const stock = stockLayer(loadedTensorflow(), segment, activity, closing);
    return [{ ...commonOf(segment), kind: "stock", stock }];
  }
  const { last: layer } = segment;
  const config = layer.getConfig() as Record<string, unknown>;
  const common = commonOf(segment);
  const weight = (name: string) => {
    const found = layer.weights.find((entry) => entry.originalName.endsWith(`/${name}`));
    return found ? (found.read() as Variable) : undefined;
  };
  const needed = (name: string) => present(weight(name), `${layer.name}/${name}`);
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
          kernel: needed("kernel"),
          bias: weight("bias"),
          strides: pair(config.strides),
          padding,
        },
        ...activation(),
      ];
    case "Dense":
      return [{ ...common, kind: "dense", kernel: needed("kernel"), bias: weight("bias") }, ...activation()];
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
          active: activity.dropsOut(layer) && Number(config.rate) > 0,
        },
      ];
    case "BatchNormalization":
      return [
        {
          ...common,
          kind: "batchNorm",
          gamma: needed("gamma"),
          beta: needed("beta"),
          mean: needed("moving_mean"),
          variance: needed("moving_variance"),
          epsilon: Number(config.epsilon),
          momentum: Number(config.momentum),
          active: activity.movesStatistics(layer),
        },
      ];
    default:
      throw new Error(`Layer ${layer.name} (${layer.getClassName()}) has no link of its own.`);
  }
}

/** Whether a segment is a layer whose passes are written out here, with options that they cover. */
function hasLink({ last: layer, input }: Segment, closing: boolean): boolean {
  const config = layer.getConfig() as Record<string, unknown>;
  const given = (name: string) => config[name] !== undefined && config[name] !== null;
  if (given("dataFormat") && config.dataFormat !== "channelsLast") return false;
  const { activation = "linear" } = config;
  const plain = activation === "linear" || activation === "relu" || (activation === "softmax" && closing);
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
  if (link.kind === "branches")
    return [...new Set(link.branches.flatMap(({ chain }) => chain.flatMap(weightsOf)))];
  return link.kind === "batchNorm" ? [link.gamma, link.beta] : [];
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value), Number(value)];
}

/** Whether a training pass through a link moves statistics or drops something. */
function isActive(link: Link): boolean {
  if (link.kind === "branches") return link.branches.some(({ chain }) => chain.some(isActive));
  if (link.kind === "stock") return link.stock.active;
  return (link.kind === "batchNorm" || link.kind === "dropout") && link.active;
}

/** The name of a layer in a link that normalises by the batch. */
export function normalises(link: Link): string | undefined {
  if (link.kind === "branches")
    return link.branches.flatMap(({ chain }) => chain.map(normalises)).find((name) => name !== undefined);
  if (link.kind === "stock") return link.stock.normalises;
  return link.kind === "batchNorm" && link.active ? link.layer : undefined;
}

/** How many links at the start can never change their output: no weight of `carriers`, no statistics, no drop-out. */
export function frozenPrefix(links: readonly Link[], carriers: ReadonlySet<Variable>): number {
  const first = links.findIndex(
    (link) => isActive(link) || weightsOf(link).some((weight) => carriers.has(weight)),
  );
  return first < 0 ? links.length : first;
}

/** @throws Error naming a variable that no link reads. */
export function checkRead(links: readonly Link[], wanted: readonly Variable[]): void {
  const read = new Set(links.flatMap(weightsOf));
  const foreign = wanted.find((variable) => !read.has(variable));
  if (foreign) throw new Error(`No layer of the model reads the variable ${foreign.name}.`);
}
