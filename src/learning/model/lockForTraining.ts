import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { defaultSignal } from "../../common/defaultSignal";
import { stampOf } from "../tensorflow/stampOf";
import { namedWeights } from "./namedWeights";

/** The layers whose weights a training has in its hands, and that training. */
const trained = new WeakMap<Variable, { readonly name: string; readonly training: Training }>();

/** Whether a training was stopped and has not ended by now; how it is brought to its end. */
type Training = { stuck(): boolean; end(): void };

/**
 * Takes a model's weights for one training, which ends what `signal` stops, and returns how to give them back, after
 * `last`; frozen ones, too, for another training could unfreeze them. A notebook that stops an endless callback, say,
 * leaves a training that can never go on: it is ended in its place when a later cell wants the weights.
 * @throws Error where one of them is in another training, of this model or of one that shares its layers.
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

/** @throws Error that begins as given, where one of the weights is in a training. */
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
