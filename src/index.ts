/** Everything a notebook may use: named exports only, one block for each room. */

// backend, dataset, model, train
export {
  type BackendInfo,
  backendInfo,
  type DataFrames,
  dataFrames,
  type Tensorflow,
  tensorflow,
} from "./backend";
// charts of the theory
export { type AccuracyOptions, type AccuracyPoint, accuracyChart } from "./chart/accuracyChart";
export { type BarSeries, type BarsOptions, barsChart } from "./chart/barsChart";
export { type BitsOptions, bitsChart } from "./chart/bitsChart";
export { type BitsErrorOptions, type BitsErrorRow, bitsErrorChart } from "./chart/bitsErrorChart";
export { type ClassesOptions, classesChart } from "./chart/classesChart";
export { confusionChart } from "./chart/confusionChart";
export { cubesChart } from "./chart/cubesChart";
export { type Curve, type CurvesOptions, curvesChart } from "./chart/curvesChart";
export { type ErrorOptions, type ErrorRow, errorChart } from "./chart/errorChart";
export type { Figure } from "./chart/figure";
export { type GraphOptions, graphChart } from "./chart/graphChart";
export { type HeatmapOptions, heatmapChart } from "./chart/heatmapChart";
export { type ImagesOptions, imagesChart } from "./chart/imagesChart";
export { type LayersOptions, layersChart } from "./chart/layersChart";
export { type MedianOptions, medianChart } from "./chart/medianChart";
export { type NetworkOptions, networkChart } from "./chart/networkChart";
export { type SawtoothOptions, sawtoothChart } from "./chart/sawtoothChart";
export { stepChart } from "./chart/stepChart";
export { type StillImageOptions, stillImage } from "./chart/stillImage";
export { palette, seriesStyles } from "./chart/theme";
export { type TrainingOptions, type TrainingRun, trainingChart } from "./chart/trainingChart";
export { type Dataset, dataset, type ImageSet, pick } from "./dataset/dataset";
export { type DecodeOptions, readImage } from "./dataset/decodeImage";
export { fashionMnist } from "./dataset/fashionMnist";
export { type IdxArray, parseIdx, readIdx } from "./dataset/idx";
export { type ImageFolderOptions, imageFolder } from "./dataset/imageFolder";
export { kmnist } from "./dataset/kmnist";
export { mnist } from "./dataset/mnist";
export { normals, permutation, type Random, randomGenerator } from "./dataset/random";
export { saveImageFolder } from "./dataset/saveImageFolder";
export { type SpiralDatasetOptions, spirals } from "./dataset/spirals";
export {
  countByClass,
  selectLabels,
  splitValidation,
  standardise,
  standardiseImages,
  subset,
} from "./dataset/split";
export type { Column, TableRows } from "./dataset/tableColumns";
export { type TableDataset, type TableDatasetOptions, tableDataset } from "./dataset/tableDataset";
// exact
export {
  abs,
  add,
  compare,
  equals,
  floor,
  multiply,
  negate,
  relu,
  scale,
  subtract,
} from "./exact/arithmetic";
export { bitLength } from "./exact/bitLength";
export { type Dyadic, dyadic, isDyadic } from "./exact/dyadic";
export { fromNumber, toNumber } from "./exact/float64";
export { nextDown, nextUp } from "./exact/neighbours";
export { parseDyadic, toBinary, toDecimal } from "./exact/text";
// experiment
export { storedBackbone } from "./experiment/backbone";
export {
  type Configuration,
  hashOf,
  type MethodConfiguration,
  type PhaseConfiguration,
} from "./experiment/configuration";
export { paperS1, paperS2 } from "./experiment/paperRun";
export { readConfiguration } from "./experiment/readConfiguration";
export {
  type PlannedRun,
  REPRODUCTION_PARTS,
  type ReproductionPart,
  reproductionPlan,
} from "./experiment/reproduction";
export type { ExperimentResult, PhaseProvenance, PhaseResult, Provenance } from "./experiment/result";
export { type Run, type RunOptions, runExperiment } from "./experiment/runExperiment";
export { storedResult } from "./experiment/storedResult";
export { pointOf, type StoredRun, storedRuns } from "./experiment/storedRuns";
export { loadTrained, saveTrained } from "./experiment/trainedFile";
export { loadTraining, saveTraining } from "./experiment/trainingFile";
export { blockOf, blocksOf, type ChainModel } from "./model/blocks";
export { countByBlock, countModelParameters, type ModelParameterCount } from "./model/countModelParameters";
export { fixedFilters, setFixedFilters } from "./model/fixedFilters";
export { type PaperCNNOptions, paperCNN } from "./model/paperCNN";
export { reluNetworkModel } from "./model/reluNetworkModel";
export { leNet, multilayerPerceptron } from "./model/smallModels";
export { withNewHead } from "./model/withNewHead";
export type { AnswerKind } from "./notebook/answerKind";
export { assert } from "./notebook/assert";
export { type Answer, type CheckOptions, check, type Finding } from "./notebook/check";
export { clearOutput } from "./notebook/clearOutput";
export { type DisplayOptions, display } from "./notebook/display";
export { type InputOptions, input } from "./notebook/input";
export { interruptSignal } from "./notebook/interruptSignal";
export { jupyterDisplay, type MimeBundle } from "./notebook/jupyterDisplay";
export {
  type LiveProgress,
  type LiveProgressOptions,
  liveProgress,
  type ProgressUpdate,
} from "./notebook/liveProgress";
export type { FrameLike, Row } from "./notebook/records";
export { type ReportOptions, type ReportPart, saveReport } from "./notebook/saveReport";
export { type Table, type TableOptions, table } from "./notebook/table";
export type { Verdict } from "./notebook/verdict";
// relu
export { carry, compose, deepen, type Sign } from "./relu/compose";
export { countParameters, depthOf, type ParameterCount, widthOf } from "./relu/count";
export { type DifferingEntry, differingEntries } from "./relu/differingEntries";
export { evaluateNetwork, traceNetwork } from "./relu/evaluate";
export { evaluateInFloats } from "./relu/evaluateInFloats";
export {
  type Activation,
  type Bias,
  type BiasTuple,
  type Layer,
  layer,
  type Weight,
  type WeightTuple,
} from "./relu/layer";
export { affine, intrinsicParameters, type ReluNetwork, reluNetwork } from "./relu/network";
export { networkFromJSON } from "./relu/networkFromJSON";
export { type NetworkJson, networkToJSON } from "./relu/networkToJSON";
export { fanOut, renameIntrinsic, sideBySide } from "./relu/parallel";
// target
export { checkModulus } from "./target/checkModulus";
export { classTarget } from "./target/classTarget";
export { gallery } from "./target/gallery";
export { imageTarget } from "./target/imageTarget";
export type { Modulus } from "./target/modulus";
export { type SpiralOptions, spiralPoint, spiralPoints, spiralTarget } from "./target/spirals";
export { type Target, type TargetOptions, target } from "./target/target";
// theorem
export { approximateDelta, type DeltaOptions } from "./theorem/approximateDelta";
export { approximateLp, type LpOptions } from "./theorem/approximateLp";
export {
  approximateThreeParameters,
  type ThreeParametersOptions,
} from "./theorem/approximateThreeParameters";
export { approximateUniform, type UniformOptions } from "./theorem/approximateUniform";
export type { Approximation, Parts } from "./theorem/approximation";
export { type BitStep, bitReader, packBits } from "./theorem/bitReader";
export type { Certificate } from "./theorem/certificate";
export { type CertificateOptions, certifyError, certifyErrorAsync } from "./theorem/certifyError";
export type { EvaluateOptions } from "./theorem/evaluate";
export { extractedBit } from "./theorem/extractedBit";
export { extractionNetwork, phiTwo, sawtoothNetwork, thresholdNetwork } from "./theorem/extraction";
export { createGrid, cubeOfIndex, type Grid, indexOfCube, isTrifling } from "./theorem/grid";
export { keyNetwork } from "./theorem/keyNetwork";
export { medianNetwork, medianTree, shifts } from "./theorem/median";
export { packKeyParameters, unpackBit } from "./theorem/packBits";
export { phiOne } from "./theorem/phiOne";
export { powerNetwork } from "./theorem/powerFunction";
export { type Quantised, quantise, type Variant } from "./theorem/quantise";
export { rangeNetwork } from "./theorem/rangeNetwork";
export { serpentineNetwork, serpentinePositions } from "./theorem/serpentine";
export { indexNetwork, indexValue, stepNetwork, stepValue } from "./theorem/stepFunction";
export { type Walk, walkSerpentine } from "./theorem/walk";
export { type ConfusionMatrix, confusionMatrix } from "./train/confusionMatrix";
export { evaluate, type Score } from "./train/evaluate";
export type { CacheOptions } from "./train/features";
export { type FitOptions, fit, type StepRecord } from "./train/fit";
export type { Chosen, EpochRecord, FitResult } from "./train/fitResult";
export { freeze, type LayerSelection } from "./train/freeze";
export {
  cosineLearningRate,
  exponentialLearningRate,
  type LearningRate,
  paperLearningRate,
} from "./train/learningRate";
export type { FrozenBehaviour } from "./train/link";
export { type LoraOptions, lora } from "./train/lora";
export { combine, type Method, trainedBy, unfrozenWeights, type WeightSelection } from "./train/method";
export { batchNormOnly, biasesOnly, headOnly } from "./train/partial";
export { type Predictions, predict } from "./train/predict";
export { type Optimizer, type OptimizerOptions, type OptimizerState, radam } from "./train/radam";
export { type RandomNetworksOptions, randomNetworks } from "./train/randomNetworks";
export { type RandomSubsetOptions, randomSubset } from "./train/randomSubset";
export { type RandomSubspaceOptions, randomSubspace } from "./train/randomSubspace";
export { type S2Options, type StrategyResult, trainS1, trainS2 } from "./train/strategies";
export { restoreTrained, type TrainedNumbers, trainedNumbers } from "./train/trainedNumbers";
export { restoreWeights, type TrainingState, weightsByName } from "./train/trainingState";
export { type VeraOptions, vera } from "./train/vera";
