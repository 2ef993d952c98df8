import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import type { FrozenBehaviour } from "./frozenBehaviour";
import { modelLayers } from "./innerLayers";
import { isBatchNorm } from "./isBatchNorm";

/**
 * What each layer without layers of its own does in a training beside computing with its weights: the one place that
 * says what "frozen" means. A link or a stored state asks here, never the layer.
 */
export type Activity = {
  /** Whether it is not frozen. */
  learns(layer: layers.Layer): boolean;
  /** Whether it is a BatchNorm that normalises by the batch and moves its statistics; else by those that it has. */
  movesStatistics(layer: layers.Layer): boolean;
  /** Whether what it drops, or the noise that it adds, is on. */
  dropsOut(layer: layers.Layer): boolean;
};

/** What the layers of a model do, where `unfrozen` are those that are not frozen, and frozen ones do what `frozen` says. */
export function activityOf(
  model: LayersModel,
  frozen: FrozenBehaviour = {},
  unfrozen: readonly layers.Layer[] = unfrozenLayers(model),
): Activity {
  const own = new Set(unfrozen);
  return {
    learns: (layer) => own.has(layer),
    movesStatistics: (layer) => isBatchNorm(layer) && (own.has(layer) || frozen.statistics === "moving"),
    dropsOut: (layer) => own.has(layer) || frozen.dropout === "on",
  };
}

/** The layers without layers of their own that a model has unfrozen, from outside too. */
export function unfrozenLayers(model: LayersModel): readonly layers.Layer[] {
  return modelLayers(model).flatMap(({ one, trainable }) => (trainable ? [one] : []));
}
