import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import type { FrozenBehaviour } from "./frozenBehaviour";
import { modelLayers } from "./innerLayers";
import { isBatchNorm } from "./isBatchNorm";

/**
 * What each layer without inner layers does in training, apart from computing with its weights: the one place that says
 * what "frozen" means. A link or a stored state asks here, never the layer.
 */
export type Activity = {
  /** Whether it is not frozen. */
  learns(layer: layers.Layer): boolean;
  /**
   * Whether it is a BatchNorm that normalises by the batch and moves its statistics; any other BatchNorm normalises by
   * the statistics that it has.
   */
  movesStatistics(layer: layers.Layer): boolean;
  /** Whether its drop-out, or the noise that it adds, is on. */
  dropsOut(layer: layers.Layer): boolean;
};

/** What the layers of a model do: those in `unfrozen` learn, the others are frozen and do what `frozen` says. */
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

/** The layers without inner layers that are not frozen, neither themselves nor by a nested model that holds them. */
export function unfrozenLayers(model: LayersModel): readonly layers.Layer[] {
  return modelLayers(model).flatMap(({ one, trainable }) => (trainable ? [one] : []));
}
