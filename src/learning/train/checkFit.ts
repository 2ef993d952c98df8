import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkFlags, checkFunctions } from "../../common/checkFlags";
import { checkKeys } from "../../common/checkKeys";
import { checkSignal } from "../../common/checkSignal";
import { shown } from "../../common/shown";
import { type Batches, epochSize } from "../batches/batches";
import type { CacheOptions } from "../batches/featureCache";
import { checkDataset } from "../dataset/checkDataset";
import { checkImageSet } from "../dataset/checkImageSet";
import { checkSet } from "../dataset/checkSet";
import type { Dataset } from "../dataset/dataset";
import type { Method } from "../method/method";
import { checkWhole } from "../model/checkWhole";
import { namedWeights } from "../model/namedWeights";
import { rateOf } from "../optimizer/learningRate";
import { OPTIMIZER_OPTIONS } from "../optimizer/radam";
import { checkModel } from "../passes/checkModel";
import type { FitOptions } from "./fitOptions";
import type { TrainingState } from "./trainingState";

const OPTIONS: Record<keyof FitOptions, true> = {
  epochs: true,
  batch: true,
  dropLast: true,
  seed: true,
  learningRate: true,
  optimizer: true,
  method: true,
  frozen: true,
  cache: true,
  evaluateEvery: true,
  keepBest: true,
  patience: true,
  signal: true,
  onStep: true,
  onEpoch: true,
  onCheckpoint: true,
  checkpointEvery: true,
  resume: true,
};

/**
 * Refuses what `fit` cannot train by, before anything is built; `fit` says what is thrown. Returns the checked numbers
 * with the defaults filled in, and whether validation chooses.
 */
export function checkFit(model: LayersModel, data: Dataset, options: FitOptions) {
  checkKeys("fit", options, OPTIONS);
  checkModel(model);
  const { epochs = 1, batch = 128, dropLast = false, seed = 0, evaluateEvery = 1 } = options;
  const { patience, checkpointEvery, optimizer = {} } = options;
  checkWhole({ epochs, batch }, 1);
  checkWhole({ seed, evaluateEvery }, 0);
  if (patience !== undefined) checkWhole({ patience }, 1);
  if (checkpointEvery !== undefined && !(typeof checkpointEvery === "number" && checkpointEvery >= 0))
    throw new RangeError(`checkpointEvery must be a number of seconds ≥ 0; got ${shown(checkpointEvery)}.`);
  const parts = evaluateEvery > 0 ? (["train", "test"] as const) : (["train"] as const);
  checkDataset(data, parts, "evaluateEvery: 0, so that nothing is evaluated");
  checkFlags({ keepBest: options.keepBest, dropLast });
  const choosing = options.keepBest === true || patience !== undefined;
  if (choosing && (!data.validation || evaluateEvery === 0)) {
    throw new Error(
      `keepBest and patience need ${data.validation ? "evaluateEvery ≥ 1" : "a validation set: splitValidation(data)"}.`,
    );
  }
  checkData(model, data, evaluateEvery > 0 ? ["train", "validation", "test"] : ["train"]);
  checkKeys("optimizer", optimizer, OPTIMIZER_OPTIONS);
  checkWords(options);
  const batches = { batch, dropLast };
  const count = data.train.labels.length;
  if (dropLast && count < batch) {
    throw new RangeError(
      `dropLast leaves none of ${count} images, fewer than a batch of ${batch}: give a smaller batch, or leave dropLast out.`,
    );
  }
  if (options.resume !== undefined) checkResume(options.resume, { epochs, seed, ...batches, count });
  return { epochs, batches, seed, evaluateEvery, choosing };
}

/** Refuses a method that is not of this model or was disposed of; another training may hold its weights. */
export function checkMethod(method: Method, model: LayersModel): void {
  if (!Array.isArray(method?.parameters) || !Array.isArray(method.carriers)) {
    throw new TypeError(`method must be made of the model, as by lora(model); got ${shown(method)}.`);
  }
  if (method.parameters.length === 0) {
    throw new Error(
      'Nothing is left to train: every layer is frozen. Give the method that shall train, or freeze(model, { train: "all" }).',
    );
  }
  if (method.parameters.some(({ isDisposed }) => isDisposed))
    throw new Error(`The method ${method.name} was disposed of, or made inside of tf.tidy: make it anew.`);
  const own = new Set(namedWeights(model).map(({ variable }) => variable));
  const foreign = method.carriers.find((carrier) => !own.has(carrier));
  if (foreign)
    throw new RangeError(
      `${method.name} changes ${foreign.name}, no weight of this model: build it of this one.`,
    );
}

function checkData(
  model: LayersModel,
  data: Dataset,
  parts: readonly ("train" | "validation" | "test")[],
): void {
  const wanted = model.inputs[0].shape.slice(1);
  const classes = model.outputs[0].shape.at(-1) as number;
  if (wanted.join() !== data.shape.join()) {
    throw new RangeError(
      `The model takes images of shape ${wanted.join("×")}; ${data.name} has ${data.shape.join("×")}.`,
    );
  }
  if (classes < data.classes.length) {
    throw new RangeError(
      `The model tells ${classes} classes apart; ${data.name} has ${data.classes.length}.`,
    );
  }
  for (const part of parts) {
    const set = data[part];
    const name = `${data.name}, ${part}`;
    if (set === undefined || set === null) continue;
    checkImageSet(name, set);
    checkSet(set, { name, shape: data.shape, classes: data.classes.length });
  }
}

/** Refuses wrong words and types in options, which TypeScript finds and JavaScript does not. */
function checkWords(options: FitOptions): void {
  const { frozen = {}, cache, signal, learningRate = 0, onStep, onEpoch, onCheckpoint } = options;
  checkFunctions({ onStep, onEpoch, onCheckpoint });
  if (typeof learningRate !== "function") rateOf(learningRate, 1);
  checkKeys("frozen", frozen, { statistics: true, dropout: true });
  const { statistics = "still", dropout = "off" } = frozen;
  for (const [name, value, ...known] of [
    ["statistics", statistics, "still", "moving"],
    ["dropout", dropout, "off", "on"],
  ]) {
    if (!known.includes(value)) {
      throw new RangeError(`frozen.${name} must be ${known.map(shown).join(" or ")}; got ${shown(value)}.`);
    }
  }
  if (cache !== undefined && typeof cache !== "boolean") checkCache(cache);
  checkSignal(signal);
}

function checkCache(cache: CacheOptions): void {
  checkKeys("cache", cache, { memoryLimit: true, folder: true });
  const { memoryLimit = 0, folder = "" } = cache;
  if (typeof memoryLimit !== "number" || !(memoryLimit >= 0))
    throw new RangeError(`memoryLimit must be a number of bytes ≥ 0; got ${shown(memoryLimit)}.`);
  if (typeof folder !== "string")
    throw new TypeError(`cache.folder must be the path of a folder; got ${shown(folder)}.`);
}

/** Refuses a state that was taken from another training. */
function checkResume(
  state: TrainingState,
  now: Required<Batches> & { epochs: number; seed: number; count: number },
): void {
  if (!Array.isArray(state?.records) || typeof state.weights !== "object" || !state.optimizer) {
    const got = (state as unknown) instanceof Promise ? "a promise: await it" : shown(state);
    throw new TypeError(
      `resume must be a state that onCheckpoint gave, or undefined, as await loadTraining(file) reads it; got ${got}.`,
    );
  }
  const done = state.records.length;
  const size = epochSize(now.count, now);
  const begun = state.within?.seen ?? 0;
  const steps = done * size.steps + Math.ceil(begun / now.batch);
  const refuse = (what: string) => {
    throw new RangeError(`resume: ${what}. Give the options and images that the state was taken with.`);
  };
  if (now.epochs < done + (begun > 0 ? 1 : 0))
    refuse(`the state is after epoch ${done}; epochs is ${now.epochs}`);
  const before = { seed: now.seed, batch: now.batch, dropLast: false };
  for (const name of ["seed", "batch", "dropLast"] as const) {
    const then = state[name] ?? before[name];
    if (then !== now[name])
      refuse(`the state was taken with ${name} ${shown(then)}; got ${shown(now[name])}`);
  }
  if (state.step !== steps || begun > size.images) {
    const within = begun > 0 ? ` and ${begun} images more` : "";
    refuse(
      `the state is after ${state.step} steps; ${done} epochs of ${now.count} images by ${now.batch}${within} are ${steps}`,
    );
  }
}
