import type { LayersModel, layers, Variable } from "@tensorflow/tfjs-node";
import { trainingMarks, unfreezeOnly } from "../model/innerLayers";
import { refuseModelWhileTrained } from "../model/lockForTraining";
import { direct, type Method } from "./method";

/** Trains these weights, and freezes all layers except `unfrozen`. */
export function trainOnly(
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

/** The variables that TensorFlow.js keeps a layer's weights in. */
export function variablesOf(weights: layers.Layer["weights"]): Variable[] {
  return weights.map((weight) => weight.read() as Variable);
}
