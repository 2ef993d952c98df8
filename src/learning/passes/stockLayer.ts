import type { LayersModel, layers, Tensor, Variable } from "@tensorflow/tfjs-node";
import { lastName } from "../method/method";
import { type Activity, activityOf } from "../model/activity";
import { innerLayers, lastLayer, modelLayers } from "../model/innerLayers";
import { isBatchNorm, isStatistic } from "../model/isBatchNorm";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { bareBatchNorm, isBareBatchNorm } from "./bareBatchNorm";
import type { Segment } from "./segments";

/**
 * A layer, or a whole graph of layers, in TensorFlow.js's own form. Each pass tells the inner layers what to do.
 * Frozen ones keep their statistics and drop nothing, which TensorFlow.js does not do by itself. Drop-out uses the
 * masks that we give it.
 */
export type StockLayer = {
  /** The weights that it reads, in order. */
  readonly weights: readonly Variable[];
  /** Whether a training pass moves statistics or drops something. */
  readonly active: boolean;
  /** The name of a BatchNorm in it that normalises by the batch. */
  readonly normalises?: string;
  /** The layer's output; logits where it ends in a softmax that belongs to the loss. */
  apply(
    x: Tensor | readonly Tensor[],
    training: boolean,
    mask: (shape: readonly number[], rate: number, inner: number) => Tensor,
  ): Tensor;
};

type Inner = layers.Layer & { call(inputs: Tensor | Tensor[], kwargs: object): Tensor | Tensor[] };

const NOISE = /^(SpatialDropout1D|GaussianNoise|GaussianDropout|AlphaDropout)$/;

/** @throws Error if the layer whose softmax closes the model is called elsewhere in it, too. */
export function stockLayer(
  tf: Tensorflow,
  segment: Segment,
  activity: Activity,
  closing: boolean,
): StockLayer {
  const inner = segment.layers.flatMap((layer) => innerLayers(layer)).map(({ one }) => one as Inner);
  const drops = droppers(tf, inner);
  const does = inner.map((one) => {
    if (drops.has(one)) return { one, active: activity.dropsOut(one) && Number(one.getConfig().rate) > 0 };
    // A user's own layers may draw or count in training: unless frozen, they are told that it is training.
    return { one, active: activity.learns(one) || activity.movesStatistics(one) };
  });
  const last = lastLayer(segment.last);
  const linear = closing ? softmaxToLinear(tf, last) : undefined;
  if (linear && inner.filter((one) => one === last).length > 1) {
    throw new Error(
      `Layer ${last.name} ends the model by a softmax and stands in other places too: give the end a layer of its own.`,
    );
  }
  return {
    weights: [...new Set(segment.layers.flatMap(weightsOfLayer))],
    active: does.some(({ active }) => active),
    normalises: does.find(({ one, active }) => active && isBatchNorm(one))?.one.name,
    apply(x, training, mask) {
      const undo: (() => void)[] = [];
      does.forEach(({ one, active }, number) => {
        const own = one.call;
        let calls = 0;
        undo.push(restoring(one));
        one.call = (inputs, kwargs) => {
          const on = training && active;
          const [first] = Array.isArray(inputs) ? inputs : [inputs];
          // In inference mode nothing takes a gradient.
          if (training && isBareBatchNorm(one)) return bareBatchNorm(tf, one, first, on);
          if (!drops.has(one)) return own.call(one, inputs, { ...kwargs, training: on });
          if (!on) return first;
          // A layer that the model calls several times draws anew in each call.
          const draw = number + does.length * calls++;
          return tf.mul(first, mask(first.shape, Number(one.getConfig().rate), draw));
        };
      });
      if (linear) undo.push(linear());
      try {
        return segment.apply(x, { training });
      } finally {
        for (const each of undo.reverse()) each();
      }
    },
  };
}

/** The layers that drop out as TensorFlow.js's Dropout does, those of derived classes included. */
function droppers(tf: Tensorflow, all: readonly Inner[]): ReadonlySet<Inner> {
  // It has a name: TensorFlow.js counts the layers without one, and names the next by that count.
  const { constructor: Dropout } = tf.layers.dropout({ name: "dropout", rate: 0.5 });
  const { call } = Dropout.prototype as Inner;
  return new Set(all.filter((one) => one instanceof (Dropout as never) && one.call === call));
}

/** Makes a function that gives a layer back its present `call`: its own, or that of its class. */
function restoring(layer: Inner): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, "call");
  return () => {
    if (own) Object.defineProperty(layer, "call", own);
    else delete (layer as Partial<Inner>).call;
  };
}

/** The variables a layer learns, its inner layers' included; statistics are not among them. */
export function weightsOfLayer(layer: layers.Layer): Variable[] {
  return layer.weights
    .filter(({ originalName }) => !isStatistic(originalName))
    .map((weight) => weight.read() as Variable);
}

/**
 * Refuses what a training would silently leave out: regularizers and constraints of weights among the carriers, and
 * noise that is on and takes no seed.
 * @throws Error naming the layer, at any depth.
 */
export function checkLayers(
  model: LayersModel,
  carriers: readonly Variable[],
  activity: Activity = activityOf(model),
): void {
  for (const { one } of modelLayers(model)) {
    const kind = one.getClassName();
    const refuse = (what: string): never => {
      throw new Error(
        `Layer ${one.name} (${kind}): ${what} cannot be trained here: leave that out, or freeze the layer and what it ` +
          "drops (a loaded model has it as a field of the layer, to be set to null).",
      );
    };
    const held = [one, ...cellsOf(one)];
    // The fields too: the configuration of DepthwiseConv2D lacks its constraint (TensorFlow.js 4.22).
    const all = held.map((each): Record<string, unknown> => ({ ...each.getConfig(), ...each }));
    const given = (options: Record<string, unknown>, name: string) =>
      options[name] !== undefined && options[name] !== null;
    const trained = one.weights.filter((weight) => carriers.includes(weight.read() as Variable));
    for (const options of all) {
      // A penalty on a weight that stands still is a constant.
      const extra = Object.keys(options).find((name) => {
        const [, whose] = /^(.*)(Regularizer|Constraint)$/.exec(name) ?? [];
        if (!whose || !given(options, name)) return false;
        return trained.some((weight) => lastName(weight).startsWith(whose));
      });
      if (extra) refuse(extra);
    }
    if (!activity.dropsOut(one)) continue;
    if (given(all[0], "noiseShape")) refuse("drop-out with a noiseShape");
    if (NOISE.test(kind)) refuse("noise that takes no seed");
    const recurrent = /LSTM|GRU|RNN/.test(kind);
    const drops = all.some(
      (options) => Number(options.recurrentDropout ?? 0) > 0 || (recurrent && options.dropout),
    );
    if (drops) refuse("drop-out inside of a recurrent layer");
  }
}

/** The cells of a recurrent layer, one or stacked. */
function cellsOf(layer: layers.Layer): layers.Layer[] {
  const { cell, cells = [] } = layer as unknown as { cell?: layers.Layer; cells?: layers.Layer[] };
  return [...(cell ? [cell, ...cellsOf(cell)] : []), ...cells];
}

/** A switch from softmax to the logits before it, and back; undefined where there is no softmax. */
function softmaxToLinear(tf: Tensorflow, layer: layers.Layer): (() => () => void) | undefined {
  if (layer.getClassName() === "Softmax") {
    return () => {
      const one = layer as Inner;
      const undo = restoring(one);
      one.call = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);
      return undo;
    };
  }
  if (layer.getConfig().activation !== "softmax") return undefined;
  const holder = layer as unknown as { activation: unknown };
  const softmax = holder.activation;
  const { activation } = tf.layers.activation({ activation: "linear" }) as unknown as { activation: unknown };
  return () => {
    holder.activation = activation;
    return () => {
      holder.activation = softmax;
    };
  };
}
