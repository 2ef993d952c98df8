import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { defaultSignal } from "../../common/defaultSignal";
import { stampOf } from "../tensorflow/stampOf";
import { namedWeights } from "./namedWeights";

/** For each weight that is being trained, the name of its layer and the training. */
const trained = new WeakMap<Variable, { readonly name: string; readonly training: Training }>();

/** Tells whether a training was stopped and has not ended yet; ends it. */
type Training = { stuck(): boolean; end(): void };

/**
 * Locks a model's weights for one training, which `signal` stops, and returns a function that calls `last` and unlocks
 * them. Frozen weights are locked, too: another training could unfreeze them. If a notebook stops an endless callback,
 * say, its training can never go on: it is ended when a later cell wants the weights.
 * @throws Error where one of the weights is in another training, of this model or of one that shares its layers.
 */
export function lockForTraining(model: LayersModel, signal: AbortSignal, last: () => void): () => void {
  const weights = namedWeights(model);
  refuseWhileTrained(
    weights.map(({ variable }) => variable),
    "Another training cannot begin",
  );
  const reader = defaultSignal();
  let ended = false;
  const training: Training = {
    stuck: () => signal.aborted && reader.aborted && defaultSignal() !== reader,
    end: () => {
      if (ended) return;
      ended = true;
      try {
        last();
      } finally {
        for (const { variable } of weights) trained.delete(variable);
      }
    },
  };
  for (const { variable, one } of weights) trained.set(variable, { name: one.name, training });
  return training.end;
}

/** @throws Error that begins with `what`, where one of the weights is in a training. */
export function refuseWhileTrained(variables: readonly Variable[], what: string): void {
  for (const variable of variables) {
    const locked = trained.get(variable);
    if (locked?.training.stuck()) locked.training.end();
    else if (locked) {
      throw new Error(
        `${what}: layer ${locked.name} is being trained, in this model or in one that shares it. Await that fit first, ` +
          "or stop it: by its signal, or in a notebook by Stop.",
      );
    }
  }
}

/** `refuseWhileTrained` for all weights of a model. */
export function refuseModelWhileTrained(model: LayersModel, what: string): void {
  refuseWhileTrained(
    namedWeights(model).map(({ variable }) => variable),
    what,
  );
}

/**
 * Remembers a model's weights, and returns a check that they are still the same.
 * @throws Error by that check where one has changed, as by a training meanwhile.
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
