import type { Tensor1D } from "@tensorflow/tfjs-node";
import { type Tensorflow, tensorflow } from "../backend";
import type { Dataset } from "../dataset/dataset";
import { permutation, randomGenerator } from "../dataset/random";
import type { ChainModel } from "../model/blocks";
import type { Chain } from "./chain";
import { chainOf } from "./chainOf";
import { breathe, type Resident, resident, type Score, score, withDispose } from "./evaluate";
import { cacheFeatures } from "./features";
import { type EpochRecord, type FitResult, summarise } from "./fitResult";
import { type LearningRate, paperLearningRate, rateOf } from "./learningRate";
import { type FrozenBehaviour, frozenPrefix, linksOf } from "./link";
import { type Method, trainedBy, unfrozenWeights } from "./method";
import { type OptimizerOptions, radam } from "./radam";
import { restoreTraining, type TrainingState, trainingState } from "./trainingState";

export type StepRecord = {
  readonly epoch: number;
  /** Steps taken so far in all epochs, and how many there will be. */
  readonly step: number;
  readonly steps: number;
  /** Mean cross-entropy and accuracy of this batch, drop-out on. */
  readonly loss: number;
  readonly accuracy: number;
};

export type FitOptions = {
  readonly epochs?: number;
  readonly batch?: number;
  /** Decides the order of the images and the drop-out. */
  readonly seed?: number;
  readonly learningRate?: LearningRate;
  /** The paper's: RAdam with weight decay 1e-4 added to the gradient. */
  readonly optimizer?: OptimizerOptions;
  /** What is trained; the weights of all unfrozen layers by default. */
  readonly method?: Method;
  readonly frozen?: FrozenBehaviour;
  /** Compute the output of the leading frozen layers once for all epochs (same result, more memory). */
  readonly cache?: boolean;
  /** Evaluate on the test (and validation) set after every `evaluateEvery` epochs and after the last; 0 never. */
  readonly evaluateEvery?: number;
  /** Stops within one step. */
  readonly signal?: AbortSignal;
  readonly onStep?: (record: StepRecord) => void | Promise<void>;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Receives after every epoch what `resume` needs. */
  readonly onCheckpoint?: (state: TrainingState) => void | Promise<void>;
  /** Goes on, bit for bit, where this state of the same training was taken. */
  readonly resume?: TrainingState;
};

/**
 * Trains a model on standardised images by mini-batches in an order drawn anew each epoch, cross-entropy as the
 * loss; defaults are the paper's recipe (Section 3). Equal seeds give equal weights on one machine. When
 * `signal` aborts, it stops within a step and returns what it has, with `aborted: true`; it throws where the
 * loss is no longer finite.
 */
export async function fit(model: ChainModel, data: Dataset, options: FitOptions = {}): Promise<FitResult> {
  const { epochs = 1, batch = 128, seed = 0, evaluateEvery = 1 } = options;
  const { learningRate = paperLearningRate, optimizer: settings = { weightDecay: 1e-4 } } = options;
  checkWhole({ epochs, batch }, 1);
  checkWhole({ seed, evaluateEvery }, 0);
  checkShape(model, data);
  const tf = await tensorflow();
  const method = options.method ?? unfrozenWeights(model);
  if (method.parameters.length === 0) throw new Error("Nothing is left to train: every layer is frozen.");
  const trash: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(thing: T): T => {
    trash.push(thing);
    return thing;
  };
  try {
    const optimizer = own(radam(tf, method.parameters, settings));
    const input = { tf, model, method, options };
    const { chain, prepare } = await prefixed(input, own);
    const train = await prepare(data.train);
    const held = evaluateEvery > 0 && data.validation ? await prepare(data.validation) : undefined;
    const test = evaluateEvery > 0 ? await prepare(data.test) : undefined;

    const perEpoch = Math.ceil(train.count / batch);
    const records: EpochRecord[] = [];
    let step = 0;
    let aborted = options.signal?.aborted ?? false;
    if (options.resume) {
      restoreTraining(tf, options.resume, { model, method, optimizer });
      records.push(...options.resume.records);
      step = options.resume.step;
    }
    const start = performance.now();
    const before = records.reduce((sum, record) => sum + record.seconds, 0);
    for (let epoch = records.length + 1; epoch <= epochs && !aborted; epoch++) {
      const began = performance.now();
      const rate = rateOf(learningRate, epoch);
      const order = permutation(train.count, randomGenerator(seed, epoch));
      let loss = 0;
      let correct = 0;
      for (let from = 0; from < train.count; from += batch) {
        const picked = gather(tf, train, order.subarray(from, from + batch));
        const result = chain.train(picked, method.carriers, { seed, step });
        picked.dispose();
        if (!Number.isFinite(result.loss)) {
          for (const gradient of result.gradients) gradient.dispose();
          throw new RangeError(
            `The loss is ${result.loss} in step ${step + 1} (epoch ${epoch}): lower the learning rate (${rate}).`,
          );
        }
        const gradients = method.pullback(result.gradients);
        optimizer.apply(gradients, rate);
        for (const gradient of gradients) gradient.dispose();
        method.write();
        step++;
        loss += result.loss;
        correct += result.correct;
        await options.onStep?.({
          epoch,
          step,
          steps: epochs * perEpoch,
          loss: result.loss / picked.count,
          accuracy: result.correct / picked.count,
        });
        await breathe();
        aborted = options.signal?.aborted ?? false;
        if (aborted) break;
      }
      if (aborted) break;
      const due = evaluateEvery > 0 && (epoch % evaluateEvery === 0 || epoch === epochs);
      const scoreOf = async (set: Resident | undefined): Promise<Score | undefined> =>
        set && due ? score(tf, chain, set, { signal: options.signal }) : undefined;
      const [validation, onTest] = [await scoreOf(held), await scoreOf(test)];
      aborted = options.signal?.aborted ?? false;
      if (aborted) break;
      const record: EpochRecord = {
        epoch,
        learningRate: rate,
        loss: loss / train.count,
        accuracy: correct / train.count,
        ...(onTest && { testLoss: onTest.loss, testAccuracy: onTest.accuracy }),
        ...(validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
        seconds: (performance.now() - began) / 1000,
      };
      records.push(record);
      await options.onEpoch?.(record);
      if (options.onCheckpoint)
        await options.onCheckpoint(trainingState({ model, method, optimizer, records, step }));
    }
    const seconds = before + (performance.now() - start) / 1000;
    return summarise({ epochs: records, steps: step, aborted, seconds, trained: trainedBy(method) });
  } finally {
    for (const thing of trash.reverse()) thing.dispose();
  }
}

type Input = { tf: Tensorflow; model: ChainModel; method: Method; options: FitOptions };
type Own = <T extends { dispose(): void }>(thing: T) => T;

/** The chain to train, and how a set of images gets to its beginning: as it is, or as cached features. */
async function prefixed({ tf, model, method, options }: Input, own: Own) {
  const links = linksOf(model, options.frozen);
  const count = options.cache ? frozenPrefix(links, new Set(method.carriers)) : 0;
  const chain: Chain = own(chainOf(tf, links.slice(count)));
  const prefix = count > 0 ? own(chainOf(tf, links.slice(0, count))) : undefined;
  const prepare = async (set: Dataset["train"]): Promise<Resident> => {
    const shape = links[0].input as unknown as Dataset["shape"];
    const data = resident(tf, { shape }, set);
    if (!prefix) return own(data);
    try {
      return own(await cacheFeatures(tf, prefix, data, count));
    } finally {
      data.dispose();
    }
  };
  return { chain, prepare };
}

function gather(tf: Tensorflow, data: Resident, indices: Int32Array): Resident {
  const where = tf.tensor1d(indices, "int32");
  const images = tf.gather(data.images, where);
  const labels = tf.gather(data.labels, where) as Tensor1D;
  where.dispose();
  return withDispose(images, labels, indices.length);
}

function checkWhole(values: Record<string, number>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number ≥ ${least}; got ${value}.`);
    }
  }
}

function checkShape(model: ChainModel, data: Dataset): void {
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
}
