import { shown } from "../../common/shown";
import { refuseModelWhileTrained } from "../model/lockForTraining";
import { matchWeights } from "../model/matchWeights";
import { copy, namedWeights, setVariable } from "../model/namedWeights";
import { loadedTensorflow } from "../tensorflow/tensorflow";
import { checkMethod } from "./checkFit";
import { fingerprint, moving, type Trained } from "./fingerprint";
import { checkParameters, setParameters } from "./trainingState";

/** What a training changed, without the rest of the model: a few kilobytes for an adapter. */
export type TrainedNumbers = {
  /** Name of the method that they belong to. */
  readonly method: string;
  readonly parameters: readonly Float32Array[];
  /** BatchNorm's moving statistics where they moved, by name: not trained, yet needed for equal predictions. */
  readonly statistics: Readonly<Record<string, Float32Array>>;
  /**
   * The first 16 hexadecimal digits of the SHA-256 of all that the weights depend on besides these numbers: the method's
   * constants and the weights that it does not change.
   */
  readonly fingerprint: string;
};

/** A copy of what `method` trained on `model`; `frozen` as it was given to `fit`. */
export function trainedNumbers({ model, method, frozen }: Trained): TrainedNumbers {
  checkMethod(method, model);
  return {
    method: method.name,
    parameters: method.parameters.map(copy),
    statistics: Object.fromEntries(
      namedWeights(model)
        .filter(moving({ model, method, frozen }))
        .map(({ name, variable }) => [name, copy(variable)]),
    ),
    fingerprint: fingerprint({ model, method, frozen }),
  };
}

/**
 * Puts trained numbers into an equal backbone under an equal method: the model predicts as the trained one did.
 * @throws RangeError if they belong to another method, other sizes, other layers or another backbone, and for
 *   numbers that are not finite; nothing is changed then.
 */
export function restoreTrained({ model, method, frozen }: Trained, numbers: TrainedNumbers): void {
  checkMethod(method, model);
  if (typeof numbers?.method !== "string" || !Array.isArray(numbers.parameters)) {
    const got = (numbers as unknown) instanceof Promise ? "a promise: await it" : shown(numbers);
    throw new TypeError(
      `Expected trained numbers, what trainedNumbers({ model, method }) gave or loadTrained(file) reads; got ${got}.`,
    );
  }
  const tf = loadedTensorflow();
  refuseModelWhileTrained(model, "Trained numbers cannot be restored");
  if (numbers.method !== method.name) {
    throw new RangeError(
      `These numbers were trained by ${numbers.method}; the method here is ${method.name}.`,
    );
  }
  const statistics = namedWeights(model).filter(moving({ model, method, frozen }));
  const { values, unfit, left } = matchWeights(statistics, numbers.statistics);
  const wrong = [...unfit.map(({ weight }) => weight.name), ...left];
  if (wrong.length > 0) throw new RangeError(`Stored statistics do not fit this model: ${wrong.join(", ")}.`);
  checkParameters(method, numbers.parameters);
  for (const values of [...numbers.parameters, ...Object.values(numbers.statistics)]) {
    const at = values.findIndex((value: number) => !Number.isFinite(value));
    if (at >= 0) {
      throw new RangeError(
        `Trained numbers must be finite; got ${shown(values[at])}: train and store them again.`,
      );
    }
  }
  const undo = method.hold?.displace();
  const here = fingerprint({ model, method, frozen });
  if (numbers.fingerprint !== here) {
    undo?.();
    throw new RangeError(
      `These numbers belong to another backbone, or to a ${method.name} of another seed or other options ` +
        `(fingerprint ${numbers.fingerprint ?? "missing"}, here ${here}): build both as they were before the training.`,
    );
  }
  method.hold?.begin();
  try {
    setParameters(tf, method, numbers.parameters);
    for (const [variable, moved] of values) setVariable(tf, variable, moved);
    method.write();
  } finally {
    method.hold?.settle();
  }
}
