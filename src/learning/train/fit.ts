import type { LayersModel } from "@tensorflow/tfjs-node";
import { defaultSignal } from "../../common/defaultSignal";
import { checkBatches, epochSize } from "../batches/batches";
import type { Resident } from "../batches/resident";
import type { Dataset } from "../dataset/dataset";
import { Hold } from "../method/hold";
import { type Method, ownWeights, trainedBy } from "../method/method";
import { activityOf } from "../model/activity";
import { lockForTraining } from "../model/lockForTraining";
import { paperLearningRate, rateOf } from "../optimizer/learningRate";
import { radam } from "../optimizer/radam";
import { linksOf } from "../passes/link";
import { loadedTensorflow, tensorflow } from "../tensorflow/tensorflow";
import type { BestWeights } from "./bestWeights";
import { checkFit, checkMethod } from "./checkFit";
import { score } from "./evaluate";
import type { FitOptions } from "./fitOptions";
import { type EpochRecord, type FitResult, summarise } from "./fitResult";
import { preparePasses } from "./preparePasses";
import { better, restoreBest } from "./restoreBest";
import { type BegunEpoch, type TrainingLoop, trainEpoch } from "./trainEpoch";
import { checkFiniteWeights, checkMade, restoreTraining, startOf, trainingState } from "./trainingState";

type Checked = ReturnType<typeof checkFit>;

/** What `fit` trains, with which options, and what is left to do at its end. */
type Training = {
  readonly model: LayersModel;
  readonly data: Dataset;
  readonly method: Method;
  readonly options: FitOptions & { readonly signal: AbortSignal };
  readonly trash: { dispose(): void }[];
  best?: BestWeights;
};

/**
 * Trains a model on standardised images by mini-batches in an order drawn anew each epoch, with cross-entropy as
 * the loss; defaults are the paper's recipe (Section 3). Equal seeds give equal weights on one machine. It stops within
 * a step when `signal` aborts, or, without a signal, when the reader stops the notebook's cell. Then it returns what it
 * has, with `aborted: true`.
 * Conventions that differ from PyTorch's: BatchNorm's moving variance is of Σ(x − μ)²/n, PyTorch's of Σ(x − μ)²/(n − 1),
 * for n numbers a channel in a batch, so networks evaluate a little differently after small batches. Its momentum is
 * the share that is kept, PyTorch's the share that is new. Where ε stands in Adam is an option: see `radam`.
 * @throws TypeError for bytes and unknown options; RangeError for a set that is empty, does not fit the model or is not
 *   finite, for options out of range, a `resume` of another training, a method of another model or of other weights, and
 *   where the loss or a weight is not finite, and for a batch of one image under a BatchNorm that is not frozen; Error
 *   where nothing is left to train, for a model that is not a classifier by logits or a closing softmax, for regularizers,
 *   constraints and noise that a training would leave out, where another training of these layers runs, where the model
 *   holds a method that is not given, and where a set that is asked for is missing.
 */
export async function fit(model: LayersModel, data: Dataset, options: FitOptions = {}): Promise<FitResult> {
  const checked = checkFit(model, data, options);
  if (options.method === undefined) Hold.refuseForgotten(model);
  const method = options.method === undefined ? ownWeights("weights", model) : options.method;
  checkMethod(method, model);
  // Before anything is awaited, so that two trainings cannot both find the model free.
  const { signal = defaultSignal() } = options;
  const training: Training = { model, data, method, options: { ...options, signal }, trash: [] };
  const end = lockForTraining(model, signal, () => finish(training));
  try {
    method.hold?.begin();
    return await train(training, checked);
  } finally {
    end();
  }
}

/** Frees what the training made, and leaves the weights that it is to end with. */
function finish({ model, method, options, trash, best }: Training): void {
  try {
    for (const thing of trash.reverse()) thing.dispose();
    if (options.keepBest && best) restoreBest(loadedTensorflow(), best, { model, method });
  } finally {
    method.hold?.settle();
  }
}

async function train(
  training: Training,
  { epochs, batches, seed, evaluateEvery, choosing }: Checked,
): Promise<FitResult> {
  const { model, data, options, method } = training;
  const { learningRate = paperLearningRate, optimizer: settings = {} } = options;
  const tf = await tensorflow();
  const own = <T extends { dispose(): void }>(thing: T): T => {
    training.trash.push(thing);
    return thing;
  };
  const optimizer = own(radam(tf, method.parameters, { weightDecay: 1e-4, ...settings }));
  const { frozen, onCheckpoint, checkpointEvery } = options;
  const activity = activityOf(model, frozen, method.unfrozen);
  checkBatches(linksOf(model, activity), data.train.labels.length, batches);
  // Before anything is computed with the weights, such as cached features.
  if (options.resume)
    training.best = restoreTraining(tf, options.resume, { model, method, optimizer, frozen });
  else {
    const remedy = "build the model anew or restore other weights";
    checkFiniteWeights({ model, method }, "Before the training", remedy);
    checkMade(tf, { model, method });
  }
  const begun = onCheckpoint && startOf({ model, method, frozen });
  const records: EpochRecord[] = [...(options.resume?.records ?? [])];
  const earlier = records.reduce((sum, record) => sum + record.seconds, options.resume?.within?.seconds ?? 0);
  const start = performance.now();
  const { passes, prepare } = preparePasses({ tf, model, method, activity, options }, own);
  const train = await prepare(data.train);
  const held = evaluateEvery > 0 && data.validation ? await prepare(data.validation) : undefined;
  const test = evaluateEvery > 0 ? await prepare(data.test) : undefined;
  const stepsOf = (some: number) => some * epochSize(train.count, batches).steps;
  const steps = stepsOf(epochs);
  const stateNow = (within?: BegunEpoch) =>
    trainingState({
      ...{ model, method, optimizer, records, step: loop.step, best: training.best, seed, ...batches },
      ...{ start: begun, within },
    });
  let lastSaved = performance.now();
  const onBegun = async (within: BegunEpoch) => {
    const due = performance.now() - lastSaved >= 1000 * (checkpointEvery ?? Number.POSITIVE_INFINITY);
    if (!due && !options.signal.aborted) return;
    // What would be refused when it is resumed is refused where it was made.
    const rate = `lower the learning rate (${rateOf(learningRate, records.length + 1)})`;
    checkFiniteWeights({ model, method }, `In epoch ${records.length + 1}`, rate);
    await onCheckpoint?.(stateNow(within));
    lastSaved = performance.now();
  };
  const loop: TrainingLoop = {
    passes,
    method,
    optimizer,
    train,
    ...batches,
    seed,
    steps,
    options,
    step: options.resume?.step ?? 0,
    begun: options.resume?.within,
    ...(onCheckpoint && checkpointEvery !== undefined && { onBegun }),
  };
  let aborted = options.signal.aborted;
  // A resumed state is asked, too. The answer is yes only after an evaluation, so that the last epoch has one.
  const waitedEnough = () => {
    const last = records.at(-1);
    if (options.patience === undefined || !training.best || last?.validationAccuracy === undefined)
      return false;
    return last.epoch - training.best.epoch >= options.patience;
  };
  for (let epoch = records.length + 1; epoch <= epochs && !aborted && !waitedEnough(); epoch++) {
    const rate = rateOf(learningRate, epoch);
    const { all, ...trained } = await trainEpoch(loop, epoch, rate);
    const evaluated = performance.now();
    // A step checks the loss before it moves the weights; what the last step did is checked here.
    checkFiniteWeights({ model, method }, `After epoch ${epoch}`, `lower the learning rate (${rate})`);
    const due = evaluateEvery > 0 && (epoch % evaluateEvery === 0 || epoch === epochs);
    const scoreOf = async (set: Resident | undefined) =>
      set && due && score(passes, set, { signal: options.signal });
    const [validation, onTest] = [await scoreOf(held), await scoreOf(test)];
    aborted = options.signal.aborted;
    if (aborted) {
      // Stopped between the last step and the end of the evaluation: the steps are not lost.
      if (loop.step === stepsOf(epoch)) await loop.onBegun?.(all);
      break;
    }
    const record: EpochRecord = {
      epoch,
      learningRate: rate,
      ...trained,
      ...(onTest && { testLoss: onTest.loss, testAccuracy: onTest.accuracy }),
      ...(validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
      seconds: all.seconds + (performance.now() - evaluated) / 1000,
    };
    records.push(record);
    if (choosing) training.best = better(training.best, record, { model, method });
    await options.onEpoch?.(record);
    await onCheckpoint?.(stateNow());
    lastSaved = performance.now();
  }
  const seconds = earlier + (performance.now() - start) / 1000;
  return summarise({ epochs: records, steps: loop.step, aborted, seconds, trained: trainedBy(method) });
}
