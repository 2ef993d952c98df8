import type { LayersModel } from "@tensorflow/tfjs-node";
import type { Dataset } from "../dataset/dataset";
import { selectLabels } from "../dataset/splitValidation";
import type { Method } from "../method/method";
import { modelLayers } from "../model/innerLayers";
import { isBatchNorm } from "../model/isBatchNorm";
import { fit as fitModel } from "../train/fit";
import type { EpochRecord } from "../train/fitResult";
import type { TrainingState } from "../train/trainingState";
import type { Configuration, PhaseConfiguration } from "./configuration";
import type { PhaseResult } from "./experimentResult";
import { methodOf } from "./methodOf";
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
  resume?: TrainingState;
  options: {
    readonly signal?: AbortSignal;
    readonly checkpointEvery?: number;
    readonly onEpoch?: (record: EpochRecord & { phase: number }) => void;
  };
};

/** Trains one phase; undefined where the signal stopped it. `save` receives what the rest depends on. */
export async function runPhase(
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
    ...fitted
  } = configuration.phases[phase] as PhaseConfiguration & Required<Pick<PhaseConfiguration, "learningRate">>;
  const { dropLast, evaluateEvery, keepBest, patience } = fitted;
  const data = labels ? selectLabels(input.data, labels) : input.data;
  const method = methodOf(model, wanted, seed);
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
