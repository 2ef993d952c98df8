import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { checkFlags } from "../dataset/checkFlags";
import { isBatchNorm } from "../model/isBatchNorm";
import { lastName, type Method, selectedWeights, type WeightSelection } from "./method";
import { trainOnly } from "./trainOnly";

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
  return trainOnly("biases", model, variables, new Set());
}
