import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { checkLayersModel } from "./checkLayersModel";
import { isStatistic } from "./isBatchNorm";

/** A layer without layers of its own, and whether it is trained: frozen from outside is frozen. */
export type InnerLayer = { readonly one: layers.Layer; readonly trainable: boolean };

/** The layers inside of a layer, at any depth, in their order; or itself. */
export function innerLayers(layer: layers.Layer, trainable = true): InnerLayer[] {
  const now = trainable && layer.trainable;
  const parts = partsOf(layer);
  return parts
    ? parts.flatMap((part) => innerLayers(part, now))
    : [{ one: layer, trainable: now && !marked(layer) }];
}

/**
 * Whether all weights of a layer are marked as frozen, though the layer is not: TensorFlow.js marks them where a model
 * is frozen as a whole (`base.trainable = false`), of which another one took the layers.
 */
function marked({ weights, trainableWeights }: layers.Layer): boolean {
  return trainableWeights.length === 0 && weights.some(({ originalName }) => !isStatistic(originalName));
}

/** The same of a whole model; a layer that stands in several nested models comes once. */
export function modelLayers(model: LayersModel): InnerLayer[] {
  checkLayersModel(model);
  const all = model.layers.flatMap((layer) => innerLayers(layer));
  return all.filter(({ one }, i) => all.findIndex((other) => other.one === one) === i);
}

/** All layers of a model at any depth, each once, those that hold others before these. */
export function allLayers({ layers: outer }: Pick<LayersModel, "layers">): layers.Layer[] {
  return [...new Set(outer.flatMap((layer) => [layer, ...allLayers({ layers: partsOf(layer) ?? [] })]))];
}

/** Lets these layers be trained, of those without layers of their own, and freezes all others. */
export function unfreezeOnly(model: LayersModel, wanted: ReadonlySet<layers.Layer>): void {
  // From outside to inside: a nested model that is set marks the weights of all its layers.
  for (const layer of allLayers(model)) {
    layer.trainable = innerLayers(layer).some(({ one }) => wanted.has(one));
  }
}

/** How to give all layers and weights the marks of being trained back that they have now. */
export function trainingMarks(model: LayersModel): () => void {
  const marks = allLayers(model).map((layer) => ({ layer, trainable: layer.trainable }));
  const weights = marks.flatMap(({ layer }) => layer.weights);
  const own = weights.map((weight) => ({ weight, trainable: weight.trainable }));
  return () => {
    for (const { layer, trainable } of marks) layer.trainable = trainable;
    // Last, for a layer that is set marks its weights.
    for (const { weight, trainable } of own) weight.trainable = trainable;
  };
}

/** The layer that the output of a layer comes from: of a nested model the one at its end, else itself. */
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
