import { readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { tensorflow } from "../backend";
import type { Dataset } from "../dataset/dataset";
import { fashionMnist } from "../dataset/fashionMnist";
import { kmnist } from "../dataset/kmnist";
import { mnist } from "../dataset/mnist";
import { selectLabels, splitValidation, standardise, subset } from "../dataset/split";
import type { ChainModel } from "../model/blocks";
import { countModelParameters, isBatchNorm } from "../model/countModelParameters";
import { paperCNN } from "../model/paperCNN";
import { leNet, multilayerPerceptron } from "../model/smallModels";
import { fit as fitModel } from "../train/fit";
import type { EpochRecord } from "../train/fitResult";
import type { Method } from "../train/method";
import { restoreWeights, type TrainingState, weightsByName } from "../train/trainingState";
import { readCheckpoint, writeCheckpoint } from "./checkpoint";
import { type Configuration, completed, hashOf, type PhaseConfiguration } from "./configuration";
import { methodOf } from "./methodOf";
import { provenance } from "./provenance";
import { readConfiguration } from "./readConfiguration";
import type { ExperimentResult, PhaseResult } from "./result";
import { writeWhole } from "./writeWhole";

export type RunOptions = {
  /** Folder of the results; the package's data/results by default. */
  readonly results?: string;
  /** Folder of the checkpoints; in the user's cache by default. */
  readonly checkpoints?: string;
  /** Folder with the files of KMNIST. */
  readonly kmnistFolder?: string;
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: EpochRecord & { phase: number }) => void;
};

/** A run's result and file; `result` is absent where the signal stopped it, and the next call goes on. */
export type Run = { readonly file: string; readonly result?: ExperimentResult; readonly existed: boolean };

/**
 * Runs one configuration to its end and writes its result, or returns the result that is there. After every
 * epoch a checkpoint is written, from which an interrupted or killed run goes on bit for bit.
 */
export async function runExperiment(json: Configuration, options: RunOptions = {}): Promise<Run> {
  const configuration = completed(readConfiguration(json));
  const hash = hashOf(configuration);
  const file = join(options.results ?? join(packageRoot(), "data", "results"), `${hash}.json`);
  const known = await readResult(file);
  if (known) return { file, result: known, existed: true };
  const checkpointFile = join(options.checkpoints ?? (await checkpointFolder()), `${hash}.checkpoint`);
  const before = await readCheckpoint(checkpointFile);

  const tf = await tensorflow();
  const { data, checksums } = await loadData(configuration, options);
  const model = await buildModel(configuration);
  try {
    const started = before?.started ?? new Date().toISOString();
    const done: PhaseResult[] = [...(before?.done ?? [])];
    for (let phase = before?.phase ?? 0; phase < configuration.phases.length; phase++) {
      const resume = before?.phase === phase ? before.state : undefined;
      // A method builds on the weights it finds, which have to be those at the beginning of the phase.
      const base = resume && before ? before.base : weightsByName(model);
      restoreWeights(tf, model, base);
      const result = await runPhase({ configuration, phase, model, data, resume, options }, (state) =>
        writeCheckpoint(checkpointFile, { phase, done, base, state, started }),
      );
      if (!result) return { file, existed: false };
      done.push(result);
    }
    const { total, totalWithBatchNorm } = countModelParameters(model);
    const { last, best, selected } = done[done.length - 1];
    const result: ExperimentResult = {
      format: "experiment-result/1",
      hash,
      configuration,
      ...(await provenance()),
      data: { name: data.name, checksums },
      parameters: { total, totalWithBatchNorm },
      phases: done,
      ...{ last, best, selected },
      seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
      started,
      finished: new Date().toISOString(),
    };
    await writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
    await rm(checkpointFile, { force: true });
    return { file, result: JSON.parse(JSON.stringify(result)), existed: false };
  } finally {
    model.dispose();
  }
}

type PhaseInput = {
  configuration: Configuration;
  phase: number;
  model: ChainModel;
  data: Dataset;
  resume?: TrainingState;
  options: RunOptions;
};

async function runPhase(
  input: PhaseInput,
  save: (state: TrainingState) => Promise<void>,
): Promise<PhaseResult | undefined> {
  const { configuration, phase, model, options, resume } = input;
  const { seed } = configuration;
  const {
    labels,
    method: wanted,
    epochs,
    batch,
    learningRate,
    optimizer,
    frozen,
  } = configuration.phases[phase] as Required<PhaseConfiguration>;
  const data = labels ? selectLabels(input.data, labels) : input.data;
  const method = methodOf(model, wanted, seed);
  try {
    const { aborted, ...result } = await fitModel(model, data, {
      epochs,
      batch,
      // Phases draw different orders and drop-outs.
      seed: seed + 1_000_003 * phase,
      learningRate: (epoch) => learningRate.start * learningRate.factor ** (epoch - 1),
      optimizer,
      frozen,
      method,
      cache: true,
      signal: options.signal,
      resume,
      onEpoch: (record) => options.onEpoch?.({ ...record, phase }),
      onCheckpoint: save,
    });
    if (aborted) return undefined;
    return {
      ...result,
      trained: result.trained - batchNormPart(model, method),
      trainedWithBatchNorm: result.trained,
    };
  } finally {
    method.dispose();
  }
}

/** How many of the trained numbers are scales and shifts of BatchNorm. */
function batchNormPart(model: ChainModel, { parameters }: Method): number {
  const own = new Set(
    model.layers.filter(isBatchNorm).flatMap((layer) => layer.weights.map((w) => w.read())),
  );
  return parameters.filter((parameter) => own.has(parameter)).reduce((sum, { size }) => sum + size, 0);
}

async function loadData({ data, seed }: Configuration, { kmnistFolder = "" }: RunOptions) {
  const readers = { mnist, "fashion-mnist": fashionMnist, kmnist: () => kmnist({ folder: kmnistFolder }) };
  const whole = await readers[data.name]();
  const some = subset(whole, { train: data.train, test: data.test, seed });
  const split = data.validation ? splitValidation(some, { fraction: data.validation, seed }) : some;
  return { data: standardise(split), checksums: whole.checksums };
}

function buildModel({ model: { name, width, dropout }, seed }: Configuration): Promise<ChainModel> {
  if (name === "paper-cnn") return paperCNN({ seed, width, dropout });
  return name === "lenet" ? leNet({ seed }) : multilayerPerceptron({ seed });
}

async function readResult(file: string): Promise<ExperimentResult | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `The result ${file} cannot be read (${(error as Error).message}): delete it to run again.`,
    );
  }
}

function packageRoot(): string {
  return dirname(createRequire(__filename).resolve("intrinsic-params/package.json"));
}

async function checkpointFolder(): Promise<string> {
  const { cacheFolder } = await import("intrinsic-params/scripts/cache-folder.mjs");
  return join(cacheFolder(), "checkpoints");
}
