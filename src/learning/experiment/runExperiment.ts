import type { LayersModel } from "@tensorflow/tfjs-node";
import { defaultSignal } from "../../common/defaultSignal";
import { cacheFolder, files, needsNode, path, writeWhole } from "../../common/platform";
import type { Dataset } from "../dataset/dataset";
import { selectLabels, splitValidation, standardise, subset } from "../dataset/splitValidation";
import type { Method } from "../method/method";
import { countModelParameters } from "../model/countModelParameters";
import { modelLayers } from "../model/innerLayers";
import { isBatchNorm } from "../model/isBatchNorm";
import { tensorflow } from "../tensorflow/tensorflow";
import { fit as fitModel } from "../train/fit";
import type { EpochRecord } from "../train/fitResult";
import { restoreWeights, type TrainingState, weightsByName } from "../train/trainingState";
import { readCheckpoint, writeCheckpoint } from "./checkpoint";
import { checksumOf } from "./checksumOf";
import { type Configuration, completed, hashOf, type PhaseConfiguration } from "./configuration";
import { type DataName, dataSets } from "./dataSets";
import type { ExperimentResult, PhaseResult } from "./experimentResult";
import { methodOf } from "./methodOf";
import { modelOf } from "./modelOf";
import { PhaseError } from "./phaseError";
import { phaseProvenance } from "./phaseProvenance";
import { provenance } from "./provenance";
import { readConfiguration } from "./readConfiguration";
import { backboneFile, sharedBackbone } from "./storedBackbone";
import { resultFile, storedResult } from "./storedResult";

/**
 * From the seed of one phase to that of the next: a prime above the seeds that are tried, so that no phase of one run has the
 * seed of another run's phase. The numbers of stored results depend on it.
 */
const PHASE_STRIDE = 1_000_003;

/** Where a run's files are, how it is stopped, and who hears of its epochs. */
export type RunOptions = {
  /** Folder of the results; the package's data/results by default. */
  readonly results?: string;
  /** Folder of the checkpoints; in the user's cache by default. */
  readonly checkpoints?: string;
  /** Folder with the files of KMNIST. */
  readonly kmnistFolder?: string;
  /** Without it, Stop stops the run in a notebook. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: (record: EpochRecord & { phase: number }) => void;
};

/** A run's result and file; `result` is absent where the signal stopped it, and the next call goes on. */
export type Run = { readonly file: string; readonly result?: ExperimentResult; readonly existed: boolean };

/**
 * Runs one configuration to its end and writes its result, or returns the result that is there. After every
 * epoch a checkpoint is written, from which an interrupted or killed run goes on bit for bit. The model after
 * the first phases is kept beside the checkpoints, so that runs that begin alike share it: a backbone is
 * pre-trained once.
 * @throws before anything is trained for what fails in any phase: a method, data or labels that it cannot have.
 */
export async function runExperiment(json: Configuration, given: RunOptions = {}): Promise<Run> {
  needsNode("runExperiment", "train by fit");
  const options = { ...given, signal: given.signal ?? defaultSignal() };
  const configuration = completed(readConfiguration(json));
  const hash = hashOf(configuration);
  const file = resultFile(configuration, options.results);
  const folder = options.checkpoints ?? (await checkpointFolder());
  const checkpointFile = path.join(folder, `${hash}.checkpoint`);
  const known = await storedResult(configuration, options.results);
  if (known) {
    // Left by a process that was killed when its result was written.
    await files.rm(checkpointFile, { force: true });
    return { file, result: known, existed: true };
  }
  const before = (await readCheckpoint(checkpointFile)) ?? (await sharedBackbone(folder, configuration));

  const tf = await tensorflow();
  // Now, while the checkout is still the one that runs.
  const here = await provenance();
  const dataOf = await dataReader(configuration, options);
  const model = await modelOf(configuration);
  try {
    await checkPhases({ configuration, model, dataOf, options, from: (before?.phase ?? 0) + 1 });
    const started = before?.started ?? new Date().toISOString();
    const done: PhaseResult[] = [...(before?.done ?? [])];
    for (let phase = before?.phase ?? 0; phase < configuration.phases.length; phase++) {
      const resume = before?.phase === phase ? before.state : undefined;
      // A method builds on the weights it finds, which have to be those at the beginning of the phase.
      const base = before?.phase === phase ? before.base : weightsByName(model);
      restoreWeights(tf, model, base);
      const data = await dataOf(configuration.phases[phase].data);
      const earlier = (resume && before?.provenance) ?? [];
      const trainedBy = (epochs: number) =>
        phaseProvenance(earlier, here, { before: resume?.records.length ?? 0, epochs });
      const result = await runPhase({ configuration, phase, model, data, resume, options }, (state) => {
        const provenance = trainedBy(state.records.length);
        return writeCheckpoint(checkpointFile, { phase, done, base, state, provenance, started });
      }).catch((error) => {
        throw new PhaseError(phase, error);
      });
      if (!result) return { file, existed: false };
      done.push({ ...result, provenance: trainedBy(result.epochs.length) });
      if (phase + 1 < configuration.phases.length || phase === 0) {
        const shared = { phase: phase + 1, done, base: weightsByName(model), started };
        await writeCheckpoint(backboneFile(folder, configuration, phase + 1), shared);
      }
    }
    const data = await dataOf();
    const { total, totalWithBatchNorm } = countModelParameters(model);
    const { last, best, selected } = done[done.length - 1];
    const unsigned: ExperimentResult = {
      format: "experiment-result/1",
      hash,
      configuration,
      ...here,
      data: { name: data.name, checksums: data.checksums },
      parameters: { total, totalWithBatchNorm },
      phases: done,
      ...{ last, best, selected },
      seconds: done.reduce((sum, { seconds }) => sum + seconds, 0),
      started,
      finished: new Date().toISOString(),
    };
    const result = { ...unsigned, checksum: checksumOf(unsigned) };
    await writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
    await files.rm(checkpointFile, { force: true });
    return { file, result: JSON.parse(JSON.stringify(result)), existed: false };
  } finally {
    model.dispose();
  }
}

/** Takes later phases up to their first step, so that a fault in the last shows before the first is trained. */
async function checkPhases({
  dataOf,
  from,
  ...input
}: Pick<PhaseInput, "configuration" | "model" | "options"> & {
  dataOf: DataOf;
  from: number;
}): Promise<void> {
  const { configuration, model } = input;
  const weights = weightsByName(model);
  const options = { ...input.options, signal: AbortSignal.abort() };
  for (let phase = from; phase < configuration.phases.length; phase++) {
    try {
      const data = await dataOf(configuration.phases[phase].data);
      await runPhase({ ...input, phase, data, options }, async () => {});
    } catch (error) {
      throw new PhaseError(phase, error);
    }
  }
  restoreWeights(await tensorflow(), model, weights);
}

type DataOf = Awaited<ReturnType<typeof dataReader>>;

type PhaseInput = {
  configuration: Configuration;
  phase: number;
  model: LayersModel;
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
      seed: seed + PHASE_STRIDE * phase,
      learningRate: (epoch) => learningRate.start * learningRate.factor ** (epoch - 1),
      optimizer,
      frozen,
      method,
      // No room is made for features where nothing is trained.
      cache: !options.signal?.aborted,
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
function batchNormPart(model: LayersModel, { parameters }: Method): number {
  const own = new Set(
    modelLayers(model).flatMap(({ one }) => (isBatchNorm(one) ? one.weights.map((w) => w.read()) : [])),
  );
  return parameters.filter((parameter) => own.has(parameter)).reduce((sum, { size }) => sum + size, 0);
}

/** Reads the run's data set, or another one cut and split like it, and keeps the last one read. */
async function dataReader({ data, seed }: Configuration, folders: RunOptions) {
  const read = async (name: DataName): Promise<Dataset> => {
    const whole = await dataSets[name](folders);
    const some = subset(whole, { train: data.train, test: data.test, seed });
    return standardise(data.validation ? splitValidation(some, { fraction: data.validation, seed }) : some);
  };
  let kept = { name: data.name, set: await read(data.name) };
  return async (name = data.name): Promise<Dataset> => {
    if (kept.name !== name) kept = { name, set: await read(name) };
    return kept.set;
  };
}

async function checkpointFolder(): Promise<string> {
  return path.join(cacheFolder(), "checkpoints");
}
