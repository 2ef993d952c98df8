import type { LayersModel } from "@tensorflow/tfjs-node";
import { headOf } from "../model/headOf";
import type { Method } from "./method";
import type { MethodDefinition } from "./methodDefinition";
import { trainOnly, variablesOf } from "./trainOnly";

/**
 * Trains only the last dense layer, in a nested model too, and freezes everything else: a linear classifier on fixed
 * features.
 * @throws Error for a model without a dense layer.
 */
export function headOnly(model: LayersModel): Method {
  const head = headOf(model);
  if (!head) throw new Error("The model has no dense layer: take another method, such as biasesOnly(model).");
  return trainOnly("head", model, variablesOf(head.weights), new Set([head]));
}

/** headOnly in an experiment, without options. */
export const headOnlyMethod: MethodDefinition<"head", Readonly<Record<never, never>>> = {
  name: "head",
  options: {},
  make: (model) => headOnly(model),
};
