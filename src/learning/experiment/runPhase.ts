import type { LayersModel } from "@tensorflow/tfjs-node";
import { putNumbers } from "../code/putNumbers";
import { type RoundedMethod, withRounding } from "../code/withRounding";
import type { Dataset } from "../dataset/dataset";
import { halfOf } from "../dataset/halfOf";
import { pretextTask } from "../dataset/pretextTask";
import { selectLabels } from "../dataset/splitValidation";
import { type Method, trainedBy } from "../method/method";
import { modelLayers } from "../model/innerLayers";
import { isBatchNorm } from "../model/isBatchNorm";
import { copy } from "../model/namedWeights";
import { fit as fitModel } from "../train/fit";
import type { EpochRecord } from "../train/fitResult";
import type { TrainingState } from "../train/trainingState";
import type { Configuration, PhaseConfiguration } from "./configuration";
import type { PhaseResult } from "./experimentResult";
import type { MethodConfiguration } from "./methodConfiguration";
import { methodOf } from "./methodOf";
import { quantiserOf, ROUNDING } from "./roundingConfiguration";
import type { RunCertificate } from "./runCertificate";
import { scheduledRate } from "./schedule";

/**
 * From the seed of one phase to that of the next: a prime above the seeds that are tried, so that no phase of one run has the
 * seed of another run's phase. The numbers of stored results depend on it.
 */
const PHASE_STRIDE = 1_000_003;

/** A checkpoint of the paper's CNN has 35 MB. */
const CHECKPOINT_SECONDS = 300;

/** A phase of a run, and what it starts from. */
export type PhaseInput = {
  configuration: Configuration;
  phase: number;
  model: LayersModel;
  data: Dataset;
  /** What the phase before trained, for one that rounds. */
  numbers?: readonly Float32Array[];
  resume?: TrainingState;
  options: {
    readonly signal?: AbortSignal;
    readonly checkpointEvery?: number;
    readonly onEpoch?: (record: EpochRecord & { phase: number }) => void;
  };
};

/** What a phase ends with: its result, the numbers of its method, and, where it rounded them, how they are certified. */
export type PhaseEnd = {
  readonly result: PhaseResult;
  readonly numbers: readonly Float32Array[];
  readonly certificate?: RunCertificate;
};

/** Trains one phase; undefined where the signal stopped it. `save` receives what the rest depends on. */
export async function runPhase(
  input: PhaseInput,
  save: (state: TrainingState) => Promise<void>,
  certify?: (method: RoundedMethod, data: Dataset) => Promise<RunCertificate>,
): Promise<PhaseEnd | undefined> {
  const { configuration, phase, model, options, resume } = input;
  const {
    labels,
    half,
    pretext,
    method: _,
    epochs,
    batch,
    learningRate,
    optimizer,
    frozen,
    ...fitted
  } = configuration.phases[phase] as PhaseConfiguration & Required<Pick<PhaseConfiguration, "learningRate">>;
  const { dropLast, evaluateEvery, keepBest, patience } = fitted;
  const data = phaseData(input.data, { labels, half, pretext });
  const { seed } = configuration;
  const { inner, rounded } = phaseMethod(input);
  const method = rounded ?? inner;
  try {
    const { aborted, ...result } = await fitModel(model, data, {
      epochs,
      batch,
      // Phases draw different orders and drop-outs.
      seed: seed + PHASE_STRIDE * phase,
      learningRate: scheduledRate(learningRate, epochs),
      optimizer,
      frozen,
      method,
      ...Object.fromEntries(
        Object.entries({ dropLast, evaluateEvery, keepBest, patience }).filter(
          ([, value]) => value !== undefined,
        ),
      ),
      // No room is made for features where nothing is trained.
      cache: !options.signal?.aborted,
      signal: options.signal,
      resume,
      onEpoch: (record) => options.onEpoch?.({ ...record, phase }),
      onCheckpoint: save,
      checkpointEvery: options.checkpointEvery ?? CHECKPOINT_SECONDS,
    });
    if (aborted) return undefined;
    // A code book is no trained number; it is paid for in bits.
    const trained = trainedBy(inner);
    return {
      result: {
        ...result,
        trained: trained - batchNormPart(model, inner),
        trainedWithBatchNorm: trained,
      },
      numbers: inner.parameters.map(copy),
      ...(rounded && certify && { certificate: await certify(rounded, data) }),
    };
  } finally {
    method.dispose();
  }
}

/** The images that a phase takes of a data set. */
export function phaseData(
  data: Dataset,
  { labels, half, pretext }: Pick<PhaseConfiguration, "labels" | "half" | "pretext">,
): Dataset {
  const own = half ? halfOf(data, half) : data;
  const some = labels ? selectLabels(own, labels) : own;
  return pretext ? pretextTask(some, { images: pretext }) : some;
}

/** The method of a phase; for one that rounds that of the phase before, with its numbers. */
function phaseMethod({ configuration: { phases, seed }, phase, model, numbers }: PhaseInput): {
  inner: Method;
  rounded?: RoundedMethod;
} {
  const { method: wanted } = phases[phase];
  if (wanted.name !== ROUNDING) return { inner: methodOf(model, wanted, seed) };
  const inner = methodOf(model, phases[phase - 1].method as MethodConfiguration, seed);
  try {
    if (numbers) putNumbers(inner, numbers);
    return { inner, rounded: withRounding(inner, quantiserOf(wanted)) };
  } catch (error) {
    inner.dispose();
    throw error;
  }
}

/** How many of the trained numbers are scales and shifts of BatchNorm. */
function batchNormPart(model: LayersModel, { parameters }: Method): number {
  const own = new Set(
    modelLayers(model).flatMap(({ one }) => (isBatchNorm(one) ? one.weights.map((w) => w.read()) : [])),
  );
  return parameters.filter((parameter) => own.has(parameter)).reduce((sum, { size }) => sum + size, 0);
}
