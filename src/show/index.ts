/** What readers look at: charts as plain Plotly figures, still images, and what a cell of a notebook shows. */

// chart

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
export { graphsChart } from "./chart/graphsChart";
export { type HeatmapOptions, heatmapChart } from "./chart/heatmapChart";
export { type ImagesOptions, imagesChart } from "./chart/imagesChart";
export { type LayersOptions, layersChart } from "./chart/layersChart";
export { type MedianOptions, medianChart } from "./chart/medianChart";
export { type NetworkOptions, networkChart } from "./chart/networkChart";
export { type SawtoothOptions, sawtoothChart } from "./chart/sawtoothChart";
export { stepChart } from "./chart/stepChart";
export { palette, seriesStyles } from "./chart/theme";
export { type TrainingOptions, type TrainingRun, trainingChart } from "./chart/trainingChart";
export { type TriangulationOptions, triangulationChart } from "./chart/triangulationChart";

// notebook

export type { AnswerKind } from "./notebook/answerKind";
export { assert } from "./notebook/assert";
export { type Answer, type CheckOptions, check, type Finding } from "./notebook/check";
export { clearOutput } from "./notebook/clearOutput";
export { type Comm, type CommOptions, onComm, openComm } from "./notebook/comm";
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

// still

export { type StillImageOptions, stillImage } from "./still/stillImage";
