import type { LayersModel } from "@tensorflow/tfjs-node";
import { freeze, type LayerSelection } from "../model/freeze";
import { trainingMarks } from "../model/innerLayers";
import { direct, type Method, unfrozenVariables } from "./method";
import { type MethodDefinition, type OptionsOf, required, selection } from "./methodDefinition";

const OPTIONS = { train: required(selection) } satisfies OptionsOf<{ train: LayerSelection }>;

/**
 * Trains all weights of some blocks or layers and freezes all others: blocks(model, [2, 4]) is what strategy S2 trains
 * (Section 3). Its unload() also restores which layers were frozen before.
 * @throws RangeError for a name that fits no layer, TypeError for what is no selection.
 */
export function blocks(model: LayersModel, train: LayerSelection): Method {
  const unmark = trainingMarks(model);
  freeze(model, { train });
  return direct("weights", model, unfrozenVariables(model), unmark);
}

/** blocks in an experiment. */
export const blocksMethod: MethodDefinition<"weights", { train: LayerSelection }, typeof OPTIONS> = {
  name: "weights",
  options: OPTIONS,
  make: (model, { train }) => blocks(model, train),
};
