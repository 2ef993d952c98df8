import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { isBatchNorm } from "../model/countModelParameters";
import { innerLayers, modelLayers } from "../model/innerLayers";
import { freeze, selectLayers } from "./freeze";
import { direct, type Method, unfrozenWeights, type WeightSelection, weightsNamed } from "./method";

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
  for (const layer of model.layers) layer.trainable = layer === head;
  return direct(
    "head",
    model,
    head.weights.map((weight) => weight.read() as Variable),
  );
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
  return direct("biases", model, variables);
}

/**
 * Trains scale and shift of BatchNorm alone, whose statistics move (Frankle and others 2021).
 * @throws Error where no selected layer is a BatchNorm, and where one stands in a nested model, the rest of which
 *   would not be frozen.
 */
export function batchNormOnly(model: LayersModel, { layers = "all" }: WeightSelection = {}): Method {
  const chosen = [...selectLayers(model, layers)];
  const nest = chosen.find((layer) =>
    innerLayers(layer).some(({ one }) => one !== layer && isBatchNorm(one)),
  );
  if (nest) {
    throw new Error(
      `${nest.name} is a nested model with BatchNorm inside: select other \`layers\`, or freeze its other layers ` +
        "one by one (layer.trainable = false) and train unfrozenWeights(model).",
    );
  }
  const names = chosen.filter(isBatchNorm).map((layer) => layer.name);
  if (names.length === 0) throw new Error("None of the selected layers is a BatchNorm.");
  freeze(model, { train: names });
  return { ...unfrozenWeights(model), name: "batchNorm" };
}

/** Freezes every layer: what is trained then is the method's own. */
export function freezeAll(model: LayersModel): void {
  for (const layer of model.layers) layer.trainable = false;
}
