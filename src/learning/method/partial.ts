import type { LayersModel, layers, Variable } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { checkFlags } from "../dataset/checkFlags";
import { selectLayers } from "../model/freeze";
import { modelLayers, trainingMarks, unfreezeOnly } from "../model/innerLayers";
import { isBatchNorm, isStatistic } from "../model/isBatchNorm";
import { refuseModelWhileTrained } from "../model/lockForTraining";
import { direct, lastName, type Method, selectedWeights, type WeightSelection } from "./method";

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
  return alone("head", model, readable(head.weights), new Set([head]));
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
  checkFlags({ batchNorm });
  const variables = selectedWeights(model, layers, "bias", (layer, weight) => {
    const name = lastName(weight);
    return name === "bias" || (name === "beta" && (batchNorm || !isBatchNorm(layer)));
  });
  return alone("biases", model, variables, new Set());
}

/**
 * Trains scale and shift of BatchNorm alone, in nested models too; its statistics move (Frankle and others 2021).
 * @throws Error where no selected layer is a BatchNorm.
 */
export function batchNormOnly(model: LayersModel, options: WeightSelection = {}): Method {
  checkKeys("batchNormOnly", options, { layers: true });
  const chosen = selectLayers(model, options.layers ?? "all").filter(isBatchNorm);
  if (chosen.length === 0) throw new Error("None of the selected layers is a BatchNorm.");
  const weights = chosen.flatMap((layer) =>
    layer.weights.filter(({ originalName }) => !isStatistic(originalName)),
  );
  return alone("batchNorm", model, readable(weights), new Set(chosen));
}

/** Trains these weights, of a model in which only these layers are not frozen. */
function alone(
  name: string,
  model: LayersModel,
  weights: readonly Variable[],
  unfrozen: ReadonlySet<layers.Layer>,
): Method {
  refuseModelWhileTrained(model, `${name} cannot be made`);
  const unmark = trainingMarks(model);
  unfreezeOnly(model, unfrozen);
  return direct(name, model, weights, unmark);
}

const readable = (weights: layers.Layer["weights"]) => weights.map((weight) => weight.read() as Variable);
