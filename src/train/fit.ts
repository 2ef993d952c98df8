import type { LayersModel } from "@tensorflow/tfjs-node";
import { tensorflow } from "../backend";
import type { Dataset } from "../dataset/dataset";
import { checkKeys } from "../model/checkKeys";
import { checkWhole } from "../model/checkWhole";
import { unfreezeOnly } from "../model/innerLayers";
import { type BestWeights, better, restoreBest } from "./bestWeights";
import { checkModel } from "./checkModel";
import { checkSet } from "./checkSet";
import { type EpochRun, type StepRecord, trainEpoch } from "./epoch";
import { score } from "./evaluate";
import type { CacheOptions } from "./features";
import { type EpochRecord, type FitResult, summarise } from "./fitResult";
import { type LearningRate, paperLearningRate, rateOf } from "./learningRate";
import type { FrozenBehaviour } from "./link";
import { type Method, trainedBy, unfrozenWeights } from "./method";
import { prepareChain } from "./prepare";
import { OPTIMIZER_OPTIONS, type OptimizerOptions, radam } from "./radam";
import type { Resident } from "./resident";
import {
  checkFiniteWeights,
  checkMade,
  restoreTraining,
  type TrainingState,
  trainingState,
} from "./trainingState";

export type { StepRecord } from "./epoch";

/** How `fit` trains; the defaults are the paper's recipe for one epoch. */
export type FitOptions = {
  readonly epochs?: number;
  readonly batch?: number;
  /** Decides the order of the images and the drop-out. */
  readonly seed?: number;
  readonly learningRate?: LearningRate;
  /** The paper's where they do not say otherwise: RAdam with weight decay 1e-4 added to the gradient. */
  readonly optimizer?: OptimizerOptions;
  /** What is trained, built on the weights that the model has; the weights of all unfrozen layers by default. */
  readonly method?: Method;
  readonly frozen?: FrozenBehaviour;
  /**
   * Compute the output of the leading frozen layers once for all epochs, with the same result, where there are such
   * layers; and where to keep it: options for that are refused where there are none.
   */
  readonly cache?: boolean | CacheOptions;
  /** Evaluate on the test (and validation) set after every `evaluateEvery` epochs and after the last; 0 never. */
  readonly evaluateEvery?: number;
  /** End with the weights of the epoch that was best on the validation set, even where an error ends the training. */
  readonly keepBest?: boolean;
  /** Stop after an evaluated epoch that is so many epochs, evaluated or not, after the best on the validation set. */
  readonly patience?: number;
  /** Stops within one step. */
  readonly signal?: AbortSignal;
  readonly onStep?: (record: StepRecord) => void | Promise<void>;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Receives after every epoch what `resume` needs; `saveTraining` writes it to a file. */
  readonly onCheckpoint?: (state: TrainingState) => void | Promise<void>;
  /** Goes on, bit for bit, where this state of the same training was taken. */
  readonly resume?: TrainingState;
};

const OPTIONS: Record<keyof FitOptions, true> = {
  epochs: true,
  batch: true,
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
  resume: true,
};

/**
 * Trains a model on standardised images by mini-batches in an order drawn anew each epoch, cross-entropy as the
 * loss; defaults are the paper's recipe (Section 3). Equal seeds give equal weights on one machine. When
 * `signal` aborts, it stops within a step and returns what it has, with `aborted: true`.
 * @throws TypeError for bytes and unknown options; RangeError for a set that is empty, does not fit the model or is not finite, for
 *   options out of range, a `resume` of another training, a method of another model or of other weights, and where the
 *   loss or a weight is not finite; Error where nothing is left to train, and for regularizers, constraints and noise
 *   that a training would leave out.
 */
export async function fit(model: LayersModel, data: Dataset, options: FitOptions = {}): Promise<FitResult> {
  checkKeys("fit", options, OPTIONS);
  const { epochs = 1, batch = 128, seed = 0, evaluateEvery = 1 } = options;
  const { learningRate = paperLearningRate, optimizer: settings = {} } = options;
  checkWhole({ epochs, batch }, 1);
  checkWhole({ seed, evaluateEvery }, 0);
  if (options.patience !== undefined) checkWhole({ patience: options.patience }, 1);
  const choosing = options.keepBest === true || options.patience !== undefined;
  if (choosing && (!data.validation || evaluateEvery === 0)) {
    throw new Error(
      `keepBest and patience need ${data.validation ? "evaluateEvery ≥ 1" : "a validation set: splitValidation(data)"}.`,
    );
  }
  checkModel(model);
  checkData(model, data, evaluateEvery > 0 ? ["train", "validation", "test"] : ["train"]);
  checkWords(options);
  if (options.resume) checkResume(options.resume, { epochs, batch, seed, count: data.train.labels.length });
  const tf = await tensorflow();
  const method = options.method ?? unfrozenWeights(model);
  checkMethod(method);
  const trash: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(thing: T): T => {
    trash.push(thing);
    return thing;
  };
  let best: BestWeights | undefined;
  try {
    checkKeys("optimizer", settings, OPTIMIZER_OPTIONS);
    const optimizer = own(radam(tf, method.parameters, { weightDecay: 1e-4, ...settings }));
    // Another method may have been made on the same model since.
    if (method.unfrozen) unfreezeOnly(model, new Set(method.unfrozen));
    // Before anything is computed with the weights, such as cached features.
    if (options.resume) restoreTraining(tf, options.resume, { model, method, optimizer });
    else {
      const remedy = "build the model anew or restore other weights";
      checkFiniteWeights({ model, method }, "Before the training", remedy);
      checkMade(tf, { model, method });
    }
    const records: EpochRecord[] = [...(options.resume?.records ?? [])];
    const earlier = records.reduce((sum, record) => sum + record.seconds, 0);
    const start = performance.now();
    const { chain, prepare } = prepareChain({ tf, model, method, options }, own);
    const train = await prepare(data.train);
    const held = evaluateEvery > 0 && data.validation ? await prepare(data.validation) : undefined;
    const test = evaluateEvery > 0 ? await prepare(data.test) : undefined;
    const steps = epochs * Math.ceil(train.count / batch);
    const run: EpochRun = {
      chain,
      method,
      optimizer,
      train,
      batch,
      seed,
      steps,
      options,
      step: options.resume?.step ?? 0,
    };
    let aborted = options.signal?.aborted ?? false;
    best = options.resume?.best;
    // Asked of a state that is resumed, too. Only after an evaluation, so that the last epoch has one.
    const waitedEnough = () => {
      const last = records.at(-1);
      if (options.patience === undefined || !best || last?.validationAccuracy === undefined) return false;
      return last.epoch - best.epoch >= options.patience;
    };
    for (let epoch = records.length + 1; epoch <= epochs && !aborted && !waitedEnough(); epoch++) {
      const began = performance.now();
      const rate = rateOf(learningRate, epoch);
      const trained = await trainEpoch(run, epoch, rate);
      // A step looks at the loss before it; what the last one did shows here.
      checkFiniteWeights({ model, method }, `After epoch ${epoch}`, `lower the learning rate (${rate})`);
      const due = evaluateEvery > 0 && (epoch % evaluateEvery === 0 || epoch === epochs);
      const scoreOf = async (set: Resident | undefined) =>
        set && due && score(chain, set, { signal: options.signal });
      const [validation, onTest] = [await scoreOf(held), await scoreOf(test)];
      aborted = options.signal?.aborted ?? false;
      if (aborted) break;
      const record: EpochRecord = {
        epoch,
        learningRate: rate,
        ...trained,
        ...(onTest && { testLoss: onTest.loss, testAccuracy: onTest.accuracy }),
        ...(validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
        seconds: (performance.now() - began) / 1000,
      };
      records.push(record);
      if (choosing) best = better(best, record, { model, method });
      await options.onEpoch?.(record);
      const { step } = run;
      await options.onCheckpoint?.(
        trainingState({ model, method, optimizer, records, step, best, seed, batch }),
      );
    }
    const seconds = earlier + (performance.now() - start) / 1000;
    return summarise({ epochs: records, steps: run.step, aborted, seconds, trained: trainedBy(method) });
  } finally {
    for (const thing of trash.reverse()) thing.dispose();
    if (options.keepBest && best) restoreBest(tf, best, { model, method });
  }
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
    if (set) checkSet(set, { name, shape: data.shape, classes: data.classes.length });
  }
}

/** What TypeScript holds to a few words or a type, and JavaScript does not. */
function checkWords({ frozen = {}, cache, signal }: FitOptions): void {
  checkKeys("frozen", frozen, { statistics: true, dropout: true });
  const { statistics = "still", dropout = "off" } = frozen;
  for (const [name, value, ...known] of [
    ["statistics", statistics, "still", "moving"],
    ["dropout", dropout, "off", "on"],
  ]) {
    if (!known.includes(value)) {
      throw new RangeError(
        `frozen.${name} must be ${known.map((k) => `"${k}"`).join(" or ")}; got ${value}.`,
      );
    }
  }
  if (cache !== undefined && typeof cache !== "boolean")
    checkKeys("cache", cache, { memoryLimit: true, folder: true });
  if (signal && typeof signal.aborted !== "boolean")
    throw new TypeError("signal must be an AbortSignal: new AbortController().signal.");
}

function checkMethod(method: Method): void {
  if (!Array.isArray(method?.parameters) || !Array.isArray(method.carriers)) {
    throw new TypeError(
      `method must be made of the model, as by lora(model); got ${JSON.stringify(method)}.`,
    );
  }
  if (method.parameters.length === 0) {
    throw new Error(
      'Nothing is left to train: every layer is frozen. Give the method that shall train, or freeze(model, { train: "all" }).',
    );
  }
  if (method.parameters.some(({ isDisposed }) => isDisposed))
    throw new Error(`The method ${method.name} was disposed of, or made inside of tf.tidy: make it anew.`);
}

/** A state goes on only as the training that it was taken of. */
function checkResume(
  state: TrainingState,
  now: { epochs: number; batch: number; seed: number; count: number },
): void {
  const done = state.records.length;
  const steps = done * Math.ceil(now.count / now.batch);
  const refuse = (what: string) => {
    throw new RangeError(`resume: ${what}. Give the options and images that the state was taken with.`);
  };
  if (now.epochs < done) refuse(`the state is after epoch ${done}; epochs is ${now.epochs}`);
  for (const name of ["seed", "batch"] as const) {
    const then = state[name] ?? now[name];
    if (then !== now[name]) refuse(`the state was taken with ${name} ${then}; got ${now[name]}`);
  }
  if (state.step !== steps) {
    refuse(
      `the state is after ${state.step} steps; ${done} epochs of ${now.count} images by ${now.batch} are ${steps}`,
    );
  }
}
