import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { blockOf, blocksOf } from "../model/blocks";
import { countModelParameters, type ModelParameterCount } from "../model/countModelParameters";

/** Layers, by their block ("block2" or 2), their name ("block4/fc2") or a pattern of names. */
export type LayerSelection = "all" | RegExp | readonly (string | number | RegExp)[];

/**
 * Lets only the selected layers be trained and freezes all others, truly: in `fit` their weights and BatchNorm
 * statistics stand still and their drop-out is off. Gradients still pass through them. Returns the counts;
 * throws for a name that fits no layer.
 */
export function freeze(model: LayersModel, { train }: { train: LayerSelection }): ModelParameterCount {
  const chosen = selectLayers(model, train);
  for (const layer of model.layers) layer.trainable = chosen.has(layer);
  return countModelParameters(model);
}

/** The layers that a selection names. */
export function selectLayers(model: LayersModel, selection: LayerSelection): Set<layers.Layer> {
  if (selection === "all") return new Set(model.layers);
  const parts = selection instanceof RegExp ? [selection] : selection;
  const chosen = new Set<layers.Layer>();
  for (const part of parts) {
    const found = model.layers.filter((layer) => fits(layer, part));
    if (found.length === 0) {
      throw new RangeError(`${String(part)} fits no layer; the blocks are ${blocksOf(model).join(", ")}.`);
    }
    for (const layer of found) chosen.add(layer);
  }
  return chosen;
}

function fits(layer: layers.Layer, part: string | number | RegExp): boolean {
  if (part instanceof RegExp)
    return new RegExp(part.source, part.flags.replace(/[gy]/g, "")).test(layer.name);
  const name = typeof part === "number" ? `block${part}` : part;
  return layer.name === name || blockOf(layer) === name;
}
