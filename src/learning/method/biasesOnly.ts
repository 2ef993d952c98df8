import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkFlags } from "../../common/checkFlags";
import { checkKeys } from "../../common/checkKeys";
import { flag } from "../../common/jsonCheck";
import { isBatchNorm } from "../model/isBatchNorm";
import { lastName, type Method, selectedWeights, type WeightSelection } from "./method";
import { LAYERS, type MethodDefinition, type OptionsOf, optional } from "./methodDefinition";
import { trainOnly } from "./trainOnly";

/** Which layers' biases are trained, and whether the shifts of BatchNorm are biases, too (default false). */
type BiasesOptions = WeightSelection & { batchNorm?: boolean };

const OPTIONS = {
  layers: LAYERS,
  batchNorm: optional(flag, () => false),
} satisfies OptionsOf<BiasesOptions>;

/**
 * Trains only the biases of convolutions and dense layers and the shifts of LayerNorm (BitFit: Ben Zaken and others
 * 2022); with `batchNorm`, also the shifts of BatchNorm, whose statistics stand still. All layers are frozen.
 */
export function biasesOnly(model: LayersModel, options: BiasesOptions = {}): Method {
  checkKeys("biasesOnly", options, OPTIONS);
  const { layers = "all", batchNorm = false } = options;
  checkFlags({ batchNorm });
  const variables = selectedWeights(model, layers, "bias", (layer, weight) => {
    const name = lastName(weight);
    return name === "bias" || (name === "beta" && (batchNorm || !isBatchNorm(layer)));
  });
  return trainOnly("biases", model, variables, new Set());
}

/** biasesOnly in an experiment. */
export const biasesOnlyMethod: MethodDefinition<"biases", BiasesOptions, typeof OPTIONS> = {
  name: "biases",
  options: OPTIONS,
  make: biasesOnly,
};
