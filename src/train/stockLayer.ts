import type { LayersModel, layers, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../backend";
import { isStatistic } from "../model/countModelParameters";
import { innerLayers } from "../model/innerLayers";
import type { FrozenBehaviour } from "./link";

/**
 * A layer, or a whole graph of layers, in TensorFlow.js's own form. For one pass its inner layers are told
 * what they do: those that are frozen keep their statistics and drop nothing, which TensorFlow.js does not do
 * by itself, and drop-out draws what we give it.
 */
export type StockLayer = {
  /** The weights that it reads, in order. */
  readonly weights: readonly Variable[];
  /** Whether a training pass moves statistics or drops something. */
  readonly active: boolean;
  /** The layer's output; logits where it ends in a softmax that belongs to the loss. */
  apply(
    x: Tensor,
    training: boolean,
    mask: (shape: readonly number[], rate: number, place: number) => Tensor,
  ): Tensor;
};

type Inner = layers.Layer & { call(inputs: Tensor | Tensor[], kwargs: object): Tensor | Tensor[] };

const NOISE = /^(SpatialDropout1D|GaussianNoise|GaussianDropout|AlphaDropout)$/;
/** @throws Error for a layer that closes the model by a softmax and stands in other places too. */
export function stockLayer(
  tf: Tensorflow,
  layer: layers.Layer,
  { frozen, closing }: { frozen: FrozenBehaviour; closing: boolean },
): StockLayer {
  const inner = innerLayers(layer).map(({ one, trainable }) => ({ one: one as Inner, trainable }));
  const does = inner.map(({ one, trainable }) => ({
    one,
    active:
      one.getClassName() === "BatchNormalization"
        ? trainable || frozen.statistics === "moving"
        : one.getClassName() === "Dropout" &&
          (trainable || frozen.dropout === "on") &&
          Number(one.getConfig().rate) > 0,
  }));
  const last = outputLayer(layer);
  const linear = closing ? softmaxToLinear(tf, last) : undefined;
  if (linear && inner.filter(({ one }) => one === last).length > 1) {
    throw new Error(
      `Layer ${last.name} ends the model by a softmax and stands in other places too: give the end a layer of its own.`,
    );
  }
  return {
    weights: weightsOfLayer(layer),
    active: does.some(({ active }) => active),
    apply(x, training, mask) {
      const undo: (() => void)[] = [];
      does.forEach(({ one, active }, place) => {
        const own = one.call;
        let calls = 0;
        undo.push(restoring(one));
        one.call = (inputs, kwargs) => {
          const on = training && active;
          if (one.getClassName() !== "Dropout") return own.call(one, inputs, { ...kwargs, training: on });
          const input = Array.isArray(inputs) ? inputs[0] : inputs;
          if (!on) return input;
          // A layer that stands in several places draws anew in each.
          const draw = place + does.length * calls++;
          return tf.mul(input, mask(input.shape, Number(one.getConfig().rate), draw));
        };
      });
      if (linear) undo.push(linear());
      try {
        return layer.apply(x, { training }) as Tensor;
      } finally {
        for (const each of undo.reverse()) each();
      }
    },
  };
}

/** Gives a layer back the `call` that it has now: its own, or that of its class. */
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
 * Refuses what a training would silently leave out: regularizers and constraints of layers with weights among the
 * carriers, and noise, where it is on, that no seed decides.
 * @throws Error naming the layer, at any depth.
 */
export function checkLayers(
  model: LayersModel,
  carriers: readonly Variable[],
  frozen: FrozenBehaviour = {},
): void {
  for (const { one, trainable } of model.layers.flatMap((layer) => innerLayers(layer))) {
    const kind = one.getClassName();
    const refuse = (what: string): never => {
      throw new Error(
        `Layer ${one.name} (${kind}): ${what} cannot be trained here: leave that out, or freeze the layer and what it drops.`,
      );
    };
    // The fields too: the configuration of DepthwiseConv2D lacks its constraint (TensorFlow.js 4.22).
    const options: Record<string, unknown> = { ...one.getConfig(), ...one };
    const given = (name: string) => options[name] !== undefined && options[name] !== null;
    const extra = Object.keys(options).find((name) => /(Regularizer|Constraint)$/.test(name) && given(name));
    if (extra && one.weights.some((weight) => carriers.includes(weight.read() as Variable))) refuse(extra);
    if (!trainable && frozen.dropout !== "on") continue;
    if (given("noiseShape")) refuse("drop-out with a noiseShape");
    if (NOISE.test(kind)) refuse("noise that takes no seed");
    const drops = Number(options.recurrentDropout ?? 0) > 0 || (/LSTM|GRU|RNN/.test(kind) && options.dropout);
    if (drops) refuse("drop-out inside of a recurrent layer");
  }
}

/** The layer whose output is the whole's. */
function outputLayer(layer: layers.Layer): layers.Layer {
  // A Sequential that has not predicted yet knows its layers, but not which of them are its outputs.
  const { layers: inner = [], outputLayers = [] } = layer as unknown as Record<string, layers.Layer[]>;
  const output = layer.getClassName() === "Sequential" ? inner.at(-1) : outputLayers[0];
  return output ? outputLayer(output) : layer;
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
