import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../backend";
import type { BestWeights } from "./bestWeights";
import type { EpochRecord } from "./fitResult";
import type { Method } from "./method";
import type { Optimizer, OptimizerState } from "./radam";

/** All that the rest of a training depends on, after a whole number of epochs. */
export type TrainingState = {
  readonly step: number;
  readonly records: readonly EpochRecord[];
  /** Weights and statistics of every layer, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly parameters: readonly Float32Array[];
  readonly optimizer: OptimizerState;
  /** Kept where the training shall end with the best weights or stop after them. */
  readonly best?: BestWeights;
};

type Parts = { model: LayersModel; method: Method; optimizer: Optimizer };

export function trainingState(
  parts: Parts & { records: readonly EpochRecord[]; step: number; best?: BestWeights },
): TrainingState {
  const { model, method, optimizer, records, step, best } = parts;
  return {
    step,
    records: [...records],
    weights: weightsByName(model),
    parameters: method.parameters.map(copy),
    optimizer: optimizer.state(),
    ...(best && { best }),
  };
}

/** A copy of every weight and statistic of a model, by the name of its layer: `restoreWeights` puts them back. */
export function weightsByName(model: LayersModel): Record<string, Float32Array> {
  return Object.fromEntries(allWeights(model).map((weight) => [weight.originalName, copy(weight.read())]));
}

/** Puts stored weights into a model of the same layers; throws where names or sizes differ. */
export function restoreWeights(
  tf: Tensorflow,
  model: LayersModel,
  weights: Readonly<Record<string, Float32Array>>,
): void {
  const here = allWeights(model);
  for (const weight of here) {
    const values = weights[weight.originalName];
    const size = weight.read().size;
    if (values?.length !== size) {
      throw new RangeError(
        `Stored weights: ${weight.originalName} needs ${size} values; got ${values?.length ?? "none"}.`,
      );
    }
  }
  for (const weight of here) setVariable(tf, weight.read() as Variable, weights[weight.originalName]);
}

export function restoreTraining(
  tf: Tensorflow,
  state: TrainingState,
  { model, method, optimizer }: Parts,
): void {
  restoreWeights(tf, model, state.weights);
  setParameters(tf, method, state.parameters);
  optimizer.restore(state.optimizer);
}

/** Gives a method's parameters these values; the weights that they make are left to the caller. */
export function setParameters(tf: Tensorflow, { parameters }: Method, values: readonly Float32Array[]): void {
  const sizes = parameters.map(({ size }) => size);
  if (values.length !== sizes.length || values.some(({ length }, i) => length !== sizes[i])) {
    const got = values.map(({ length }) => length);
    throw new RangeError(
      `Stored parameters: expected sizes ${sizes.join(", ")}; got ${got.join(", ") || "none"}.`,
    );
  }
  parameters.forEach((parameter, i) => {
    setVariable(tf, parameter, values[i]);
  });
}

const allWeights = (model: LayersModel) => model.layers.flatMap((layer) => layer.weights);

function copy(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}

export function setVariable(tf: Tensorflow, variable: Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
