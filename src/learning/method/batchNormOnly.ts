import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { selectLayers } from "../model/freeze";
import { isBatchNorm, isStatistic } from "../model/isBatchNorm";
import type { Method, WeightSelection } from "./method";
import { LAYERS, type MethodDefinition, type OptionsOf } from "./methodDefinition";
import { trainOnly, variablesOf } from "./trainOnly";

const OPTIONS = { layers: LAYERS } satisfies OptionsOf<WeightSelection>;

/**
 * Trains only scale and shift of BatchNorm, in nested models too; its statistics move (Frankle and others 2021).
 * @throws Error where no selected layer is a BatchNorm.
 */
export function batchNormOnly(model: LayersModel, options: WeightSelection = {}): Method {
  checkKeys("batchNormOnly", options, OPTIONS);
  const chosen = selectLayers(model, options.layers ?? "all").filter(isBatchNorm);
  if (chosen.length === 0) throw new Error("None of the selected layers is a BatchNorm.");
  const weights = chosen.flatMap((layer) =>
    layer.weights.filter(({ originalName }) => !isStatistic(originalName)),
  );
  return trainOnly("batchNorm", model, variablesOf(weights), new Set(chosen));
}

/** batchNormOnly in an experiment. */
export const batchNormOnlyMethod: MethodDefinition<"batchNorm", WeightSelection, typeof OPTIONS> = {
  name: "batchNorm",
  options: OPTIONS,
  make: batchNormOnly,
};
