import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { loadedTensorflow } from "../backend";
import { isBatchNorm } from "../model/countModelParameters";
import type { FrozenBehaviour } from "./link";
import type { Method } from "./method";
import { setParameters, setVariable } from "./trainingState";

/** What a training changed, without the rest of the model: a few kilobytes for an adapter. */
export type TrainedNumbers = {
  /** The method that they belong to, as it calls itself. */
  readonly method: string;
  readonly parameters: readonly Float32Array[];
  /** BatchNorm's moving statistics where they moved, by name: not trained, yet needed for equal predictions. */
  readonly statistics: Readonly<Record<string, Float32Array>>;
};

type Trained = { readonly model: LayersModel; readonly method: Method; readonly frozen?: FrozenBehaviour };

/** A copy of what `method` trained on `model`; `frozen` as it was given to `fit`. */
export function trainedNumbers({ model, method, frozen }: Trained): TrainedNumbers {
  return {
    method: method.name,
    parameters: method.parameters.map((parameter) => Float32Array.from(parameter.dataSync())),
    statistics: Object.fromEntries(
      movingStatistics({ model, method, frozen }).map((weight) => [
        weight.originalName,
        Float32Array.from(weight.read().dataSync()),
      ]),
    ),
  };
}

/**
 * Puts trained numbers into an equal backbone under an equal method: the model predicts as the trained one did.
 * @throws RangeError if they belong to another method, other sizes or other layers.
 */
export function restoreTrained(parts: Trained, numbers: TrainedNumbers): void {
  const tf = loadedTensorflow();
  const { method } = parts;
  if (numbers.method !== method.name) {
    throw new RangeError(
      `These numbers were trained by ${numbers.method}; the method here is ${method.name}.`,
    );
  }
  const statistics = movingStatistics(parts);
  const names = statistics.map(({ originalName }) => originalName);
  const stored = Object.keys(numbers.statistics);
  const wrong = [...names.filter((n) => !stored.includes(n)), ...stored.filter((n) => !names.includes(n))];
  if (wrong.length > 0) throw new RangeError(`Stored statistics do not fit this model: ${wrong.join(", ")}.`);
  setParameters(tf, method, numbers.parameters);
  for (const weight of statistics) {
    setVariable(tf, weight.read() as Variable, numbers.statistics[weight.originalName]);
  }
  method.write();
}

function movingStatistics({ model, frozen }: Trained) {
  return model.layers
    .filter((layer) => isBatchNorm(layer) && (layer.trainable || frozen?.statistics === "moving"))
    .flatMap(({ weights }) => weights.filter(({ originalName }) => /\/moving_/.test(originalName)));
}
