import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { EpochRecord } from "../../learning/train/fitResult";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, rounded, seriesStyle } from "./theme";

/** One training: its name in the legend and what was recorded after each epoch. */
export type TrainingRun = { readonly name: string; readonly epochs: readonly EpochRecord[] };

type Metric = "loss" | "accuracy" | "testLoss" | "testAccuracy" | "validationLoss" | "validationAccuracy";

/** What `trainingChart` draws. */
export type TrainingOptions = FrameOptions & {
  /** What is drawn; default "testAccuracy", as in Fig. 5 of the paper. */
  readonly metric?: Metric;
};

const words: Record<Metric, string> = {
  loss: "training loss",
  accuracy: "training accuracy",
  testLoss: "test loss",
  testAccuracy: "test accuracy",
  validationLoss: "validation loss",
  validationAccuracy: "validation accuracy",
};

/**
 * A metric over epochs, a line for each training [Fig. 5].
 * @throws RangeError if a run has no record of the metric.
 */
export function trainingChart(runs: readonly TrainingRun[], options: TrainingOptions = {}): Figure {
  checkKeys("trainingChart", options, { ...FRAME, metric: true } satisfies Record<
    keyof TrainingOptions,
    true
  >);
  const metric = options.metric ?? "testAccuracy";
  const share = metric.toLowerCase().endsWith("accuracy");
  const data = runs.map(({ name, epochs }, index) => {
    const seen = epochs.flatMap(({ epoch, [metric]: y }) => (y === undefined ? [] : [{ epoch, y }]));
    if (seen.length === 0) throw new RangeError(`trainingChart: ${shown(name)} has no record of ${metric}.`);
    const { color, dash, symbol } = seriesStyle(index);
    return {
      type: "scatter",
      mode: "lines+markers",
      name,
      x: seen.map(({ epoch }) => epoch),
      y: rounded(seen.map(({ y }) => y)),
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 8 },
    };
  });
  const longest = Math.max(...runs.map(({ epochs }) => epochs.length));
  return {
    data,
    layout: baseLayout(options.title ?? `The ${words[metric]} over epochs`, {
      height: options.height ?? 400,
      xaxis: axis("epoch", longest <= 20 ? { dtick: 1 } : {}),
      yaxis: axis(words[metric], share ? { tickformat: ".1%" } : {}),
    }),
  };
}
