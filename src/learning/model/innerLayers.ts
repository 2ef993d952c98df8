import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { checkLayersModel } from "./checkLayersModel";
import { isStatistic } from "./isBatchNorm";

/** A layer without inner layers, and whether it is trained: in a frozen model every layer is frozen. */
export type InnerLayer = { readonly one: layers.Layer; readonly trainable: boolean };

/** The layers inside a layer, at any depth, in their order; or the layer itself. */
export function innerLayers(layer: layers.Layer, trainable = true): InnerLayer[] {
  const now = trainable && layer.trainable;
  const parts = partsOf(layer);
  return parts
    ? parts.flatMap((part) => innerLayers(part, now))
    : [{ one: layer, trainable: now && !marked(layer) }];
}

/**
 * Whether all weights of a layer are marked as frozen, though the layer is not: TensorFlow.js marks them where a model
 * is frozen as a whole (`base.trainable = false`), whose layers another model may have taken.
 */
function marked({ weights, trainableWeights }: layers.Layer): boolean {
  return trainableWeights.length === 0 && weights.some(({ originalName }) => !isStatistic(originalName));
}

/** `innerLayers` of a whole model; a layer that stands in several nested models comes once. */
export function modelLayers(model: LayersModel): InnerLayer[] {
  checkLayersModel(model);
  const all = model.layers.flatMap((layer) => innerLayers(layer));
  return all.filter(({ one }, i) => all.findIndex((other) => other.one === one) === i);
}

/** All layers of a model at any depth, each once; a layer that holds others comes before them. */
export function allLayers({ layers: outer }: Pick<LayersModel, "layers">): layers.Layer[] {
  return [...new Set(outer.flatMap((layer) => [layer, ...allLayers({ layers: partsOf(layer) ?? [] })]))];
}

/** Lets the `wanted` layers, which have no inner layers, be trained, and freezes all others. */
export function unfreezeOnly(model: LayersModel, wanted: ReadonlySet<layers.Layer>): void {
  // From outside to inside: setting a nested model marks the weights of all its layers.
  for (const layer of allLayers(model)) {
    layer.trainable = innerLayers(layer).some(({ one }) => wanted.has(one));
  }
}

/** Notes which layers and weights are marked as trained, and returns a function that restores these marks. */
export function trainingMarks(model: LayersModel): () => void {
  const marks = allLayers(model).map((layer) => ({ layer, trainable: layer.trainable }));
  const weights = marks.flatMap(({ layer }) => layer.weights);
  const own = weights.map((weight) => ({ weight, trainable: weight.trainable }));
  return () => {
    for (const { layer, trainable } of marks) layer.trainable = trainable;
    // Last, since setting a layer marks its weights.
    for (const { weight, trainable } of own) weight.trainable = trainable;
  };
}

/** The layer that a layer's output comes from: for a nested model the one at its end, else the layer itself. */
export function lastLayer(layer: layers.Layer): layers.Layer {
  const { outputs } = layer as Partial<LayersModel>;
  return outputs ? lastLayer(outputs[0].sourceLayer) : layer;
}

function partsOf(layer: layers.Layer): layers.Layer[] | undefined {
  return (layer as Partial<LayersModel>).layers ?? wrapped(layer);
}

/** TimeDistributed and Bidirectional hold their layers as fields. */
function wrapped(layer: layers.Layer): layers.Layer[] | undefined {
  const { layer: one, forwardLayer, backwardLayer } = layer as unknown as Record<string, layers.Layer>;
  const held = [one, forwardLayer, backwardLayer].filter(Boolean);
  return held.length > 0 ? held : undefined;
}
