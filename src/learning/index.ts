/** Training with few parameters on TensorFlow.js: data sets, models, optimizers, methods, experiments. */

// batches

export type { CacheOptions } from "./batches/featureCache";

// bound

export { certifyGeneralisation, type GeneralisationOptions } from "./bound/certifyGeneralisation";
export { certifyHeldOut, type HeldOutOptions } from "./bound/certifyHeldOut";

// code

export { adapterInThreeNumbers, type ThreeNumbers } from "./code/adapterInThreeNumbers";
export { type Blank, type Decoded, decodeTrained, type TrainedDecoder } from "./code/decodeTrained";
export { type EncodeOptions, encodeTrained } from "./code/encodeTrained";
export type { Ledger, LedgerEntry } from "./code/ledger";
export { type Choice, type Menu, type MenuValue, writeMenu } from "./code/menu";
export { numbersOf, type QuantisedNumbers, quantiseNumbers } from "./code/quantiseNumbers";
export type { Quantiser } from "./code/quantiser";
export { type RoundedMethod, withRounding } from "./code/withRounding";
export type { ImageMoments, TrainedCode } from "./code/writeCode";

// dataset

export type { Column, TableRows } from "./dataset/column";
export { type Dataset, dataset, type PixelMoments, pick } from "./dataset/dataset";
export { type DecodeOptions, readImage } from "./dataset/decodeImage";
export { fashionMnist } from "./dataset/fashionMnist";
export { halfOf } from "./dataset/halfOf";
export { type ImageFolderOptions, imageFolder } from "./dataset/imageFolder";
export type { ImageSet } from "./dataset/imageSet";
export { kmnist } from "./dataset/kmnist";
export { mnist } from "./dataset/mnist";
export { pretextTask } from "./dataset/pretextTask";
export { normals, permutation, type Random, randomGenerator } from "./dataset/randomGenerator";
export { type IdxArray, parseIdx, readIdx } from "./dataset/readIdx";
export { saveImageFolder } from "./dataset/saveImageFolder";
export { type SpiralDatasetOptions, spirals } from "./dataset/spirals";
export {
  countByClass,
  selectLabels,
  splitValidation,
  standardise,
  standardiseImages,
  subset,
} from "./dataset/splitValidation";
export { type TableDataset, type TableDatasetOptions, tableDataset } from "./dataset/tableDataset";

// experiment

export {
  type Configuration,
  hashOf,
  type PhaseConfiguration,
} from "./experiment/configuration";
export { type DecodeRunOptions, decodeRun } from "./experiment/decodeRun";
export type {
  ExperimentResult,
  PhaseProvenance,
  PhaseResult,
  Provenance,
} from "./experiment/experimentResult";
export type { MethodConfiguration, PhaseMethod } from "./experiment/methodConfiguration";
export { moduleSum, type OwnModule } from "./experiment/ownModule";
export { paperS1, paperS2 } from "./experiment/paperS1";
export { readConfiguration } from "./experiment/readConfiguration";
export type { KnownSets } from "./experiment/readDataOf";
export type { RoundingConfiguration } from "./experiment/roundingConfiguration";
export type { RunCertificate } from "./experiment/runCertificate";
export { type Run, type RunOptions, runExperiment } from "./experiment/runExperiment";
export { loadTrained, saveTrained } from "./experiment/saveTrained";
export { loadTraining, saveTraining } from "./experiment/saveTraining";
export type { Schedule } from "./experiment/schedule";
export { storedBackbone } from "./experiment/storedBackbone";
export { storedResult } from "./experiment/storedResult";

// method

export { combine, type Method, trainedBy, unfrozenWeights, type WeightSelection } from "./method/method";
export * from "./method/methods";

// model

export { blockOf, blocksOf, type ChainModel } from "./model/blocksOf";
export { countByBlock, countModelParameters, type ModelParameterCount } from "./model/countModelParameters";
export { type EmbeddingCNNOptions, embeddingCNN } from "./model/embeddingCNN";
export { fixedFilters, setFixedFilters } from "./model/fixedFilters";
export { freeze, type LayerSelection } from "./model/freeze";
export type { FrozenBehaviour } from "./model/frozenBehaviour";
export { leNet } from "./model/leNet";
export { multilayerPerceptron } from "./model/multilayerPerceptron";
export { type PaperCNNOptions, paperCNN } from "./model/paperCNN";
export { reluNetworkModel } from "./model/reluNetworkModel";
export { type SmallCNNOptions, smallCNN } from "./model/smallCNN";
export { withNewHead } from "./model/withNewHead";

// optimizer

export {
  cosineLearningRate,
  exponentialLearningRate,
  type LearningRate,
  paperLearningRate,
} from "./optimizer/learningRate";
export { type Optimizer, type OptimizerOptions, type OptimizerState, radam } from "./optimizer/radam";

// sweep

export { type CertifiedRun, certifiedRuns } from "./sweep/certifiedRuns";
export type { DrawnRange } from "./sweep/drawn";
export { expandSweep } from "./sweep/expandSweep";
export {
  type PlannedRun,
  REPRODUCTION_PARTS,
  type ReproductionPart,
  reproductionPlan,
} from "./sweep/reproductionPlan";
export { pointOf, type StoredRun, storedRuns } from "./sweep/storedRuns";
export {
  type Budget,
  type GridValues,
  type Resources,
  readSweep,
  type Sample,
  type Settings,
  type Sweep,
  type SweepPart,
  type SweepPoint,
} from "./sweep/sweep";
export { sweepFrame } from "./sweep/sweepFrame";
export { type SweepRow, type SweepRows, sweepRows } from "./sweep/sweepRows";
export type { SweepRun } from "./sweep/sweepRun";

// tensorflow

export {
  type BackendInfo,
  backendInfo,
  type DataFrames,
  dataFrames,
  type Tensorflow,
  tensorflow,
} from "./tensorflow/tensorflow";

// train

export { type ConfusionMatrix, confusionMatrix } from "./train/confusionMatrix";
export { countErrors } from "./train/countErrors";
export { evaluate, type Score } from "./train/evaluate";
export { fit } from "./train/fit";
export type { FitOptions } from "./train/fitOptions";
export type { Chosen, EpochRecord, FitResult } from "./train/fitResult";
export { type Predictions, predict } from "./train/predict";
export type { StepRecord } from "./train/trainEpoch";
export { restoreTrained, type TrainedNumbers, trainedNumbers } from "./train/trainedNumbers";
export { restoreWeights, type TrainingState, weightsByName } from "./train/trainingState";
export { type S2Options, type StrategyResult, trainS1, trainS2 } from "./train/trainS2";
