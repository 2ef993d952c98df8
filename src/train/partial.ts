import type { LayersModel } from "@tensorflow/tfjs-node";
import { isBatchNorm } from "../model/countModelParameters";
import { freeze, selectLayers } from "./freeze";
import { direct, type Method, unfrozenWeights, type WeightSelection, weightsNamed } from "./method";

/** Trains the last dense layer alone, everything else frozen: a linear classifier on fixed features. */
export function headOnly(model: LayersModel): Method {
  const head = model.layers.filter((layer) => layer.getClassName() === "Dense").at(-1);
  if (!head) throw new Error("The model has no dense layer.");
  freeze(model, { train: [head.name] });
  return { ...unfrozenWeights(model), name: "head" };
}

/**
 * Trains the biases of convolutions and dense layers alone (BitFit: Ben Zaken and others 2022); with
 * `batchNorm` the shifts of BatchNorm too. All layers are frozen otherwise.
 */
export function biasesOnly(
  model: LayersModel,
  { layers, batchNorm = false }: WeightSelection & { batchNorm?: boolean } = {},
): Method {
  const variables = weightsNamed(model, batchNorm ? ["bias", "beta"] : ["bias"], layers);
  freezeAll(model);
  return direct("biases", variables);
}

/** Trains scale and shift of BatchNorm alone, whose statistics move (Frankle and others 2021). */
export function batchNormOnly(model: LayersModel, { layers = "all" }: WeightSelection = {}): Method {
  const names = [...selectLayers(model, layers)].filter(isBatchNorm).map((layer) => layer.name);
  if (names.length === 0) throw new Error("None of the selected layers is a BatchNorm.");
  freeze(model, { train: names });
  return { ...unfrozenWeights(model), name: "batchNorm" };
}

/** Freezes every layer: what is trained then is the method's own. */
export function freezeAll(model: LayersModel): void {
  for (const layer of model.layers) layer.trainable = false;
}
