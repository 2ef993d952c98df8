import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded, seriesStyle } from "./theme";

/** What one training reached. */
export type AccuracyPoint = {
  /** The method; points of one series share a style. */
  readonly series: string;
  /** How many numbers were trained. */
  readonly trained: number;
  /** Share of test images classified right, below 1. */
  readonly accuracy: number;
  /** More about the point, shown under the mouse. */
  readonly label?: string;
  /** Which part of the network is trained; within a series, a line joins the points of one scope. */
  readonly scope?: string;
};

/** What `accuracyChart` draws beside the points. */
export type AccuracyOptions = FrameOptions & {
  /** Measured by others: drawn as grey crosses with their names. */
  readonly references?: readonly AccuracyPoint[];
  /** A level to look for, drawn as a line. */
  readonly level?: number;
  /** What is on the vertical axis; default "test accuracy". */
  readonly quantity?: string;
};

const TICKS = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995];
/** Equal ratios of the error rate are equal distances; up is better. */
const height = (accuracy: number) => -Math.log10(1 - accuracy);
const percent = (share: number) => `${Number((100 * share).toPrecision(4))} %`;

/** Accuracies for the axis: the first, of finer and finer sets, with at least four ticks between these heights. */
function ticksBetween(low: number, high: number): readonly number[] {
  const between = (ticks: readonly number[]) =>
    ticks.filter((tick) => height(tick) >= low && height(tick) <= high);
  const steps = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
  const sets = [TICKS, ...steps.map((parts) => Array.from({ length: parts }, (_, i) => i / parts))];
  return between(sets.find((ticks) => between(ticks).length >= 4) ?? TICKS);
}

/** Ticks at powers of ten; at 1, 2, 3 and 5 times each if the counts span at most two powers. */
function countTicks(counts: readonly number[]): object {
  const [low, high] = [Math.min(...counts) / 1.2, Math.max(...counts) * 1.2];
  if (high / low > 100) return { dtick: 1, exponentformat: "power" };
  const decades = Array.from({ length: 3 }, (_, i) => 10 ** (Math.floor(Math.log10(low)) + i));
  const all = decades.flatMap((ten) => [ten, 2 * ten, 3 * ten, 5 * ten]);
  const tickvals = all.filter((tick) => tick >= low && tick <= high);
  return { tickvals, ticktext: tickvals.map((tick) => tick.toLocaleString("en")) };
}

/**
 * Test accuracy against the number of trained parameters, both axes logarithmic (the accuracy by its distance from
 * 100 %): a marker for each training, a thin line through those of one method and scope.
 * @throws RangeError without points, and for an accuracy or a count that such axes cannot show.
 */
export function accuracyChart(points: readonly AccuracyPoint[], options: AccuracyOptions = {}): Figure {
  checkKeys("accuracyChart", options, {
    ...FRAME,
    references: true,
    level: true,
    quantity: true,
  } satisfies Record<keyof AccuracyOptions, true>);
  const { references = [], level } = options;
  if (points.length === 0) throw new RangeError("accuracyChart needs at least one point.");
  if (level !== undefined && !(level >= 0 && level < 1))
    throw new RangeError(
      `accuracyChart: level must be an accuracy in [0, 1), such as 0.9; got ${shown(level)}.`,
    );
  const everyone = [...points, ...references];
  for (const { series, trained, accuracy } of everyone) {
    if (!(accuracy >= 0 && accuracy < 1) || !(trained >= 1))
      throw new RangeError(
        `accuracyChart: ${shown(series)}: expected at least one number and an accuracy in [0, 1); got ${shown(trained)} and ${shown(accuracy)}.`,
      );
  }
  const all = everyone.map(({ accuracy }) => accuracy);
  const [low, high] = [height(Math.min(...all)), height(Math.max(...all))];
  const pad = 0.06 * Math.max(high - low, 0.1);
  const ticks = ticksBetween(low - pad, high + pad);
  const names = [...new Set(points.map(({ series }) => series))];
  const said = ({ label, trained, accuracy }: AccuracyPoint) =>
    [label, `${trained.toLocaleString("en")} trained`, percent(accuracy)].filter(Boolean).join("<br>");
  const marks = (own: readonly (AccuracyPoint | null)[]) => ({
    x: own.map((point) => point?.trained ?? null),
    y: own.map((point) => point && rounded([height(point.accuracy)])[0]),
    text: own.map((point) => point && said(point)),
    hovertemplate: "%{text}<extra>%{fullData.name}</extra>",
  });
  const traces = names.map((name, index) => {
    const own = points.filter(({ series }) => series === name).sort((a, b) => a.trained - b.trained);
    const scopes = [...new Set(own.map(({ scope }) => scope))];
    // null interrupts a line.
    const parts = scopes.map((scope, i) => [
      ...(i > 0 ? [null] : []),
      ...own.filter((point) => point.scope === scope),
    ]);
    const { color, dash, symbol } = seriesStyle(index);
    return {
      type: "scatter",
      mode: "lines+markers",
      name,
      ...marks(parts.flat()),
      line: { color, dash, width: 1 },
      marker: {
        color,
        symbol,
        size: 10,
        line: { color: symbol.endsWith("open") ? color : palette.black, width: 1 },
      },
    };
  });
  const others = {
    type: "scatter",
    mode: "markers+text",
    name: "reported by others",
    ...marks(references),
    text: references.map(({ series }) => series),
    hovertext: references.map(said),
    hovertemplate: "%{hovertext}<extra>%{text}</extra>",
    // On alternating sides, so that the names of neighbours do not overlap.
    textposition: references.map((_, i) => (i % 2 === 0 ? "bottom right" : "top right")),
    textfont: { size: 10, color: "#555555" },
    marker: { color: "#555555", symbol: "x-thin-open", size: 9, line: { width: 2 } },
  };
  return {
    data: references.length > 0 ? [...traces, others] : traces,
    layout: baseLayout(options.title ?? "Accuracy against trained parameters", {
      height: options.height ?? 520,
      xaxis: axis("trained parameters", {
        type: "log",
        ...countTicks(everyone.map(({ trained }) => trained)),
      }),
      yaxis: axis(options.quantity ?? "test accuracy", {
        tickvals: ticks.map(height),
        ticktext: ticks.map(percent),
        range: [low - pad, high + pad],
      }),
      ...(level !== undefined && {
        shapes: [
          {
            type: "line",
            xref: "paper",
            x0: 0,
            x1: 1,
            y0: height(level),
            y1: height(level),
            line: { color: "#777777", width: 1, dash: "dash" },
          },
        ],
      }),
    }),
  };
}
