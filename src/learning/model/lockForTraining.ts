import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { stampOf } from "../tensorflow/stampOf";
import { namedWeights } from "./namedWeights";

/** Names of the layers whose weights a training has in its hands. */
const trained = new WeakMap<Variable, string>();

/**
 * Takes a model's weights for one training, and returns how to give them back; frozen ones, too, for another training
 * could unfreeze them.
 * @throws Error where one of them is in another training, of this model or of one that shares its layers.
 */
export function lockForTraining(model: LayersModel): () => void {
  const weights = namedWeights(model);
  refuseWhileTrained(
    weights.map(({ variable }) => variable),
    "Another training cannot begin",
  );
  for (const { variable, one } of weights) trained.set(variable, one.name);
  return () => {
    for (const { variable } of weights) trained.delete(variable);
  };
}

/** @throws Error that begins as given, where one of the weights is in a training. */
export function refuseWhileTrained(variables: readonly Variable[], what: string): void {
  const locked = variables.find((variable) => trained.has(variable));
  if (locked) {
    throw new Error(
      `${what}: layer ${trained.get(locked)} is being trained, in this model or in one that shares it. Await that fit first, ` +
        "or stop it by its signal.",
    );
  }
}

/** The same for all weights of a model. */
export function refuseModelWhileTrained(model: LayersModel, what: string): void {
  refuseWhileTrained(
    namedWeights(model).map(({ variable }) => variable),
    what,
  );
}

/**
 * Whether a model's weights are those that they are now, asked after a while.
 * @throws Error where any was changed, as by a training that goes on meanwhile.
 */
export function sameWeights(model: LayersModel, what: string): () => void {
  const before = namedWeights(model).map(({ variable }) => ({ variable, stamp: stampOf(variable) }));
  return () => {
    if (before.every(({ variable, stamp }) => stampOf(variable) === stamp)) return;
    throw new Error(
      `The model's weights changed while ${what} ran, which would mix answers of several models: await the fit that trains ` +
        `it first, or await ${what} in its onEpoch.`,
    );
  };
}
