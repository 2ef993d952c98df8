import type { LayersModel, layers, Sequential } from "@tensorflow/tfjs-node";

/** A model of this project: layers one after another, each named "block/layer". */
export type ChainModel = Sequential;

/** The block of a layer: what its name says before the first slash, else the whole name. */
export function blockOf(layer: Pick<layers.Layer, "name">): string {
  return layer.name.split("/")[0];
}

/** The names of a model's blocks, in order. */
export function blocksOf(model: LayersModel): string[] {
  return [...new Set(model.layers.map(blockOf))];
}
