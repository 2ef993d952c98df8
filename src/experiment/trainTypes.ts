/** The options of `train` that a configuration holds as they are. */
export type { LayerSelection } from "../train/freeze";
export type { FrozenBehaviour } from "../train/link";
export type { OptimizerOptions } from "../train/radam";
export type { TrainedNumbers } from "../train/trainedNumbers";
export type { TrainingState } from "../train/trainingState";
