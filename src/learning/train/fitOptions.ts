import type { CacheOptions } from "../batches/featureCache";
import type { Method } from "../method/method";
import type { FrozenBehaviour } from "../model/frozenBehaviour";
import type { LearningRate } from "../optimizer/learningRate";
import type { OptimizerOptions } from "../optimizer/radam";
import type { EpochRecord } from "./fitResult";
import type { StepRecord } from "./trainEpoch";
import type { TrainingState } from "./trainingState";

/** How `fit` trains; the defaults are the paper's recipe for one epoch. */
export type FitOptions = {
  readonly epochs?: number;
  readonly batch?: number;
  /**
   * Leave out the last batch of an epoch where fewer than `batch` images are left for it, other ones in each epoch.
   * The order of the images stays the same. A batch of one image is refused under BatchNorm.
   */
  readonly dropLast?: boolean;
  /** Decides the order of the images and the drop-out. */
  readonly seed?: number;
  readonly learningRate?: LearningRate;
  /** Each by default the paper's: RAdam with weight decay 1e-4 added to the gradient. */
  readonly optimizer?: OptimizerOptions;
  /** What is trained, built on the weights that the model has; the weights of all unfrozen layers by default. */
  readonly method?: Method;
  readonly frozen?: FrozenBehaviour;
  /**
   * Compute the output of the leading frozen layers, if there are any, once for all epochs, with the same result. An
   * object says where to keep it; it is refused if there are no such layers.
   */
  readonly cache?: boolean | CacheOptions;
  /** Evaluate on the test (and validation) set after every `evaluateEvery` epochs and after the last; 0 never. */
  readonly evaluateEvery?: number;
  /** End with the weights of the epoch that was best on the validation set, even where an error ends the training. */
  readonly keepBest?: boolean;
  /** Stop after an evaluated epoch this many epochs, evaluated or not, after the best one on the validation set. */
  readonly patience?: number;
  /** Stops within one step. Without it, Stop in a notebook does so, in the cell that began it or in a later one. */
  readonly signal?: AbortSignal;
  readonly onStep?: (record: StepRecord) => void | Promise<void>;
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Receives after every epoch what `resume` needs; `saveTraining` writes it to a file. */
  readonly onCheckpoint?: (state: TrainingState) => void | Promise<void>;
  /**
   * Give `onCheckpoint` a state within an epoch, too: after the step at which so many seconds have passed since the last
   * one (0: after every step), and where the signal stops the training.
   */
  readonly checkpointEvery?: number;
  /** Go on, bit for bit, from this state of the same training. */
  readonly resume?: TrainingState;
};
