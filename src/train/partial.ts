import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { checkKeys } from "../checkKeys";
import { isBatchNorm } from "../model/batchNorm";
import { modelLayers, unfreezeOnly } from "../model/innerLayers";
import { selectLayers } from "./freeze";
import {
  direct,
  lastName,
  type Method,
  selectedWeights,
  unfrozenWeights,
  type WeightSelection,
} from "./method";

/**
 * Trains the last dense layer alone, in a nested model too, everything else frozen: a linear classifier on fixed
 * features.
 * @throws Error for a model without a dense layer.
 */
export function headOnly(model: LayersModel): Method {
  const head = modelLayers(model)
    .filter(({ one }) => one.getClassName() === "Dense")
    .at(-1)?.one;
  if (!head) throw new Error("The model has no dense layer: take another method, such as biasesOnly(model).");
  unfreezeOnly(model, new Set([head]));
  return direct(
    "head",
    model,
    head.weights.map((weight) => weight.read() as Variable),
  );
}

/**
 * Trains the biases of convolutions and dense layers and the shifts of LayerNorm alone (BitFit: Ben Zaken and others
 * 2022); with `batchNorm` the shifts of BatchNorm too, whose statistics stand still. All layers are frozen.
 */
export function biasesOnly(
  model: LayersModel,
  options: WeightSelection & { batchNorm?: boolean } = {},
): Method {
  checkKeys("biasesOnly", options, { layers: true, batchNorm: true });
  const { layers = "all", batchNorm = false } = options;
  const variables = selectedWeights(model, layers, "bias", (layer, weight) => {
    const name = lastName(weight);
    return name === "bias" || (name === "beta" && (batchNorm || !isBatchNorm(layer)));
  });
  freezeAll(model);
  return direct("biases", model, variables);
}

/**
 * Trains scale and shift of BatchNorm alone, in nested models too; its statistics move (Frankle and others 2021).
 * @throws Error where no selected layer is a BatchNorm.
 */
export function batchNormOnly(model: LayersModel, options: WeightSelection = {}): Method {
  checkKeys("batchNormOnly", options, { layers: true });
  const chosen = selectLayers(model, options.layers ?? "all").filter(isBatchNorm);
  if (chosen.length === 0) throw new Error("None of the selected layers is a BatchNorm.");
  unfreezeOnly(model, new Set(chosen));
  return { ...unfrozenWeights(model), name: "batchNorm" };
}

/** Freezes every layer: what is trained then is the method's own. */
export function freezeAll(model: LayersModel): void {
  unfreezeOnly(model, new Set());
}
