/** The options of `train` that a configuration holds as they are. */
export type { LayerSelection } from "../model/freeze";
export type { OptimizerOptions } from "../optimizer/radam";
export type { FrozenBehaviour } from "../passes/frozenBehaviour";
export type { TrainedNumbers } from "../train/trainedNumbers";
export type { TrainingState } from "../train/trainingState";
