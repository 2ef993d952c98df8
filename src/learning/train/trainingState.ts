import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { present } from "../../common/present";
import { shown } from "../../common/shown";
import { checkSizes } from "../dataset/checkSizes";
import { Hold } from "../method/hold";
import type { Method } from "../method/method";
import { refuseModelWhileTrained } from "../model/lockForTraining";
import { type Matched, matchWeights } from "../model/matchWeights";
import { copy, type NamedWeight, namedWeights, setVariable } from "../model/namedWeights";
import type { Optimizer, OptimizerState } from "../optimizer/radam";
import type { Tensorflow } from "../tensorflow/tensorflow";
import type { BestWeights } from "./bestWeights";
import { fingerprint, moving, type Trained } from "./fingerprint";
import type { EpochRecord } from "./fitResult";
import type { BegunEpoch } from "./trainEpoch";

/** All that the rest of a training depends on, after a whole number of epochs or of steps. */
export type TrainingState = {
  readonly step: number;
  /** Seed and batches of the training; absent in states of earlier versions. */
  readonly seed?: number;
  readonly batch?: number;
  readonly dropLast?: boolean;
  readonly records: readonly EpochRecord[];
  /** The epoch that was begun, if the state is of its middle: images seen, sums over them, and seconds so far. */
  readonly within?: BegunEpoch;
  /** Weights and statistics of every layer, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** The shapes of the weights; absent in states of earlier versions. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly parameters: readonly Float32Array[];
  /**
   * For a method that makes weights from its numbers (an adapter): what it started from, and which statistics move. The
   * other weights can then be made again, and are not stored.
   */
  readonly start?: { readonly fingerprint: string; readonly moved: readonly string[] };
  /** Whether only those statistics are in `weights`, as `saveTraining` writes it if there is a `start`. */
  readonly partial?: boolean;
  readonly optimizer: OptimizerState;
  /** Kept if the training is to end with the best weights or to stop after them. */
  readonly best?: BestWeights;
};

type Parts = { model: LayersModel; method: Method; optimizer: Optimizer };

export function trainingState(
  parts: Parts &
    Required<Pick<TrainingState, "records" | "step" | "seed" | "batch" | "dropLast">> &
    Pick<TrainingState, "best" | "start" | "within">,
): TrainingState {
  const { model, method, optimizer, records, step, seed, batch, dropLast, best, start, within } = parts;
  return {
    ...{ step, seed, batch, dropLast },
    records: [...records],
    weights: weightsByName(model),
    shapes: Object.fromEntries(namedWeights(model).map(({ name, variable }) => [name, [...variable.shape]])),
    parameters: method.parameters.map(copy),
    optimizer: optimizer.state(),
    ...(best && { best }),
    ...(start && { start }),
    ...(within && { within }),
  };
}

/** For an adapter, what the weights are made from besides its numbers; undefined for a method that trains the weights. */
export function startOf(trained: Trained): TrainingState["start"] {
  if (!trained.method.constants?.length) return undefined;
  const moved = namedWeights(trained.model).filter(moving(trained));
  return { fingerprint: fingerprint(trained), moved: moved.map(({ name }) => name) };
}

/** The part of a state that has to be stored: for an adapter only what its training changed. */
export function storedState(state: TrainingState): TrainingState {
  const { start, weights, best } = state;
  if (!start || state.partial) return state;
  const only = (all: TrainingState["weights"]) =>
    Object.fromEntries(start.moved.map((name) => [name, all[name]]));
  const changed = best && { best: { ...best, weights: only(best.weights) } };
  return { ...state, weights: only(weights), ...changed, shapes: undefined, partial: true };
}

/**
 * A copy of every weight and statistic of a model, by the name of its layer: `restoreWeights` puts them back. Where
 * layers of nested models share a name, the second one's weights are "name#2", in the order of the layers.
 */
export function weightsByName(model: LayersModel): Record<string, Float32Array> {
  return Object.fromEntries(namedWeights(model).map(({ name, variable }) => [name, copy(variable)]));
}

/**
 * Puts stored weights into a model of the same layers, by name. Layers that TensorFlow.js named by its own count
 * ("dense_Dense3") are matched by their order, so that the weights fit the same model built again.
 * @throws RangeError where names, sizes or finiteness differ from what the model takes; nothing is changed then.
 */
export function restoreWeights(
  tf: Tensorflow,
  model: LayersModel,
  weights: Readonly<Record<string, Float32Array>>,
): void {
  refuseModelWhileTrained(model, "Weights cannot be restored");
  putWeights(tf, model, weights);
  Hold.forget(namedWeights(model).map(({ variable }) => variable));
}

/** Puts stored weights in as `restoreWeights` does, but during a training. */
export function putWeights(
  tf: Tensorflow,
  model: LayersModel,
  weights: TrainingState["weights"],
  wanted?: (weight: NamedWeight) => boolean,
): void {
  for (const [variable, values] of fittingWeights(model, weights, wanted).values)
    setVariable(tf, variable, values);
}

/** The values of each weight of a model. @throws RangeError as `restoreWeights` does. */
function fittingWeights(
  model: LayersModel,
  weights: Readonly<Record<string, Float32Array>>,
  wanted: (weight: NamedWeight) => boolean = () => true,
): Matched {
  if (typeof weights !== "object" || weights === null)
    throw new TypeError(`Stored weights must be what weightsByName(model) gave; got ${shown(weights)}.`);
  const matched = matchWeights(namedWeights(model).filter(wanted), weights);
  const { values, unfit, left } = matched;
  const refuse = (name: string, size: number | "no", found: string | undefined) => {
    const as = found === undefined || found === name ? "" : ` (stored as ${found})`;
    const got = found === undefined ? "none" : shown(weights[found]?.length);
    const others =
      found === undefined && left.length > 0 ? `, and ${left.join(", ")} without a place here` : "";
    throw new RangeError(
      `Stored weights: ${name}${as} needs ${size} values; got ${got}${others}: build the model that they are of.`,
    );
  };
  for (const { weight, found } of unfit) refuse(weight.name, weight.variable.size, found);
  for (const name of left) refuse(name, "no", name);
  for (const { name, variable } of namedWeights(model).filter(wanted))
    checkFinite(`Stored weights: ${name}`, present(values.get(variable), name), "train and store them again");
  return matched;
}

/** @throws RangeError that says when, and which weight, statistic or parameter is not finite, and what to do. */
export function checkFiniteWeights(
  { model, method }: Pick<Parts, "model" | "method">,
  when: string,
  remedy: string,
): void {
  checkFiniteModel(model, when, remedy);
  for (const parameter of method.parameters)
    checkFinite(`${when}: a parameter of ${method.name}`, parameter.dataSync(), remedy);
}

/** @throws RangeError that says of what, and which weight or statistic is not finite, and what to do. */
export function checkFiniteModel(model: LayersModel, what: string, remedy: string): void {
  for (const { name, variable } of namedWeights(model))
    checkFinite(`${what}: ${name}`, variable.dataSync(), remedy);
}

function checkFinite(name: string, values: ArrayLike<number>, remedy: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name} holds ${values[i]}, which is not finite: ${remedy}.`);
    }
  }
}

/**
 * Puts a state into a model, its method and its optimizer. Returns the best weights, whole and by this model's names.
 * @throws RangeError if the state does not belong to them; then model and method stay as they are.
 */
export function restoreTraining(
  tf: Tensorflow,
  state: TrainingState,
  parts: Parts & Pick<Trained, "frozen">,
): BestWeights | undefined {
  const { model, method, optimizer } = parts;
  const { best, partial } = state;
  if (partial) checkStart(state, parts);
  const wanted = partial ? moving(parts) : undefined;
  for (const { weights, parameters } of best ? [best, state] : [state]) {
    const { names } = fittingWeights(model, weights, wanted);
    checkShapes(names, state.shapes);
    checkParameters(method, parameters);
    for (const values of parameters) checkFinite("Stored parameters: one", values, "take an earlier state");
  }
  optimizer.restore(state.optimizer);
  if (!partial) checkMade(tf, parts, state);
  const put = ({ weights, parameters }: Pick<TrainingState, "weights" | "parameters">) => {
    putWeights(tf, model, weights, wanted);
    setParameters(tf, method, parameters);
    if (partial) method.write();
    return weightsByName(model);
  };
  const whole = best && { ...best, weights: put(best) };
  put(state);
  return whole;
}

/** Refuses weights of equal sizes that would be read in other shapes. */
function checkShapes(names: ReadonlyMap<Variable, string>, shapes: TrainingState["shapes"] = {}): void {
  for (const [variable, name] of names) {
    const then = shapes[name];
    if (then === undefined || then.join() === variable.shape.join()) continue;
    throw new RangeError(
      `Stored weights: ${name} was of shape ${then.join("×")}; ${variable.name} is ${variable.shape.join("×")}: build the ` +
        "model that they are of.",
    );
  }
}

/** Refuses a state with only some of the weights if the others here are not what they were. */
function checkStart({ start }: TrainingState, trained: Trained): void {
  const here = fingerprint(trained);
  if (start?.fingerprint === here) return;
  throw new RangeError(
    `The state belongs to a training on another backbone, or by another method than ${trained.method.name} is here ` +
      `(fingerprint ${start?.fingerprint ?? "missing"}, here ${here}): build both as they were before the training.`,
  );
}

/**
 * Refuses a method that would change the weights before its first step: w(θ) has to be what the model holds, or will
 * hold once resumed. They differ if the method was built on other weights or with another seed. Changes nothing.
 */
export function checkMade(
  tf: Tensorflow,
  { model, method }: Pick<Parts, "model" | "method">,
  { weights, parameters }: Pick<TrainingState, "weights" | "parameters"> = {
    weights: weightsByName(model),
    parameters: method.parameters.map(copy),
  },
): void {
  const { carriers } = method;
  const names = new Map(namedWeights(model).map(({ name, variable }) => [variable, name]));
  const { values: wanted } = fittingWeights(model, weights);
  const before = [...carriers, ...method.parameters].map((variable) => ({
    variable,
    value: variable.clone(),
  }));
  let apart: Variable | undefined;
  try {
    setParameters(tf, method, parameters);
    method.write();
    apart = carriers.find((carrier) => !near(carrier.dataSync(), present(wanted.get(carrier), carrier.name)));
  } finally {
    for (const { variable, value } of before) {
      variable.assign(value);
      value.dispose();
    }
  }
  if (apart) {
    throw new RangeError(
      `${method.name} makes other weights of its parameters than those to go on from (${names.get(apart)}): build it ` +
        "after the weights that it starts from are in the model, switch to it by its write(), and to resume with the options, seed and starting " +
        "weights that the state was taken with.",
    );
  }
}

/** Whether two lists are equal up to the rounding of another machine. */
function near(made: ArrayLike<number>, weights: Float32Array): boolean {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  return weights.every((weight, i) => Math.abs(weight - made[i]) <= 1e-5 * largest);
}

/** Gives a method's parameters these values; the caller then has the weights made from them. */
export function setParameters(tf: Tensorflow, method: Method, values: readonly Float32Array[]): void {
  checkParameters(method, values);
  method.parameters.forEach((parameter, i) => {
    setVariable(tf, parameter, values[i]);
  });
}

/** @throws RangeError where values are not of the sizes of a method's parameters. */
export function checkParameters({ parameters }: Method, values: readonly Float32Array[]): void {
  checkSizes(
    "Stored parameters: expected",
    parameters.map(({ size }) => size),
    values.map(({ length }) => length),
  );
}
