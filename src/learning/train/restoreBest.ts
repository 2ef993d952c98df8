import type { LayersModel } from "@tensorflow/tfjs-node";
import type { Method } from "../method/method";
import { copy } from "../model/namedWeights";
import type { Tensorflow } from "../tensorflow/tensorflow";
import type { BestWeights } from "./bestWeights";
import type { EpochRecord } from "./fitResult";
import { putWeights, setParameters, weightsByName } from "./trainingState";

/** The better of the best weights so far and the present ones, which are copied only if they are better. */
export function better(
  best: BestWeights | undefined,
  { epoch, validationAccuracy }: EpochRecord,
  { model, method }: { model: LayersModel; method: Method },
): BestWeights | undefined {
  if (validationAccuracy === undefined || validationAccuracy <= (best?.validationAccuracy ?? -1)) return best;
  const parameters = method.parameters.map(copy);
  return { epoch, validationAccuracy, weights: weightsByName(model), parameters };
}

/** Puts the best weights back, and the parameters that made them. */
export function restoreBest(
  tf: Tensorflow,
  best: BestWeights,
  { model, method }: { model: LayersModel; method: Method },
): void {
  putWeights(tf, model, best.weights);
  setParameters(tf, method, best.parameters);
}
