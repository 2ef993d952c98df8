import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, rounded, seriesStyle } from "./theme";

/** One curve or set of points. */
export type Curve = {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** How the points are drawn; default "line". "thin" is a thin line with small dots, for what oscillates. */
  readonly look?: "line" | "points" | "line and points" | "thin";
};

/** The axes of `curvesChart`. */
export type CurvesOptions = FrameOptions & {
  /** What is on the horizontal axis; default "x". */
  readonly x?: string;
  /** What is on the vertical axis; default "value". */
  readonly y?: string;
  /** Whether the vertical axis is logarithmic; default false. */
  readonly logarithmic?: boolean;
  /** Whether y is a share, which the vertical axis writes in percent; default false. */
  readonly percent?: boolean;
};

const modes = { line: "lines", points: "markers", "line and points": "lines+markers", thin: "lines+markers" };

/**
 * Curves over one pair of axes, each in a style of its own.
 * @throws RangeError without curves, if x and y differ in length, for a value that is not finite, or for a value ≤ 0
 *   on a logarithmic axis.
 */
export function curvesChart(curves: readonly Curve[], options: CurvesOptions = {}): Figure {
  checkKeys("curvesChart", options, {
    ...FRAME,
    x: true,
    y: true,
    logarithmic: true,
    percent: true,
  } satisfies Record<keyof CurvesOptions, true>);
  if (curves.length === 0) throw new RangeError("curvesChart needs at least one curve.");
  const { logarithmic = false, percent = false } = options;
  const format = percent ? { tickformat: "~%" } : {};
  for (const { name, x, y } of curves) {
    if (x.length !== y.length)
      throw new RangeError(`Curve ${shown(name)} has ${x.length} values of x and ${y.length} of y.`);
    for (const [i, value] of Array.from(y).entries())
      if (!Number.isFinite(value) || !Number.isFinite(x[i]) || (logarithmic && value <= 0))
        throw new RangeError(
          `Curve ${shown(name)}: expected ${logarithmic ? "positive, " : ""}finite values; got (${shown(x[i])}, ${shown(value)}).`,
        );
  }
  return {
    data: curves.map(({ name, x, y, look = "line" }, index) => {
      const { color, dash, symbol } = seriesStyle(index);
      return {
        type: "scatter",
        mode: modes[look],
        name,
        x: rounded(x),
        y: rounded(y),
        line: { color, dash: look === "thin" ? "solid" : dash, width: look === "thin" ? 0.8 : 2 },
        marker: { color, symbol, size: look === "thin" ? 4 : 8 },
      };
    }),
    layout: baseLayout(options.title ?? curves.map(({ name }) => name).join(", "), {
      ...(options.height !== undefined && { height: options.height }),
      xaxis: axis(options.x ?? "x"),
      yaxis: logarithmic
        ? axis("", {
            title: { text: options.y ?? "value", standoff: 26 },
            type: "log",
            exponentformat: "power",
            ...format,
          })
        : axis(options.y ?? "value", format),
      showlegend: true,
      hovermode: "x",
    }),
  };
}
