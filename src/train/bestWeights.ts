import type { LayersModel } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../backend";
import type { EpochRecord } from "./fitResult";
import type { Method } from "./method";
import { copy } from "./namedWeights";
import { putWeights, setParameters, weightsByName } from "./trainingState";

/** What stood after the epoch of the largest validation accuracy, the first of equals. */
export type BestWeights = {
  readonly epoch: number;
  readonly validationAccuracy: number;
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly parameters: readonly Float32Array[];
};

/** The better one of what was best and what is now; a copy is made only where it is better. */
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
