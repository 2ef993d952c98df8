import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";

/** One group of bars: a name and a value for each category. */
export type BarSeries = { readonly name: string; readonly values: readonly number[] };

/** The axes of `barsChart`. */
export type BarsOptions = FrameOptions & {
  /** The title under the categories, with unit. */
  readonly category?: string;
  /** The title beside the values, with unit. */
  readonly quantity?: string;
  /** Lower and upper end of the value axis; default from 0. */
  readonly range?: readonly [number, number];
};

/** From dark to light, so that neighbours differ in grey print, too. */
const FILLS = [palette.blue, palette.orange, "#FFFFFF", palette.skyBlue];

/**
 * Values by category as bars side by side, told apart by lightness as well as colour.
 * @throws RangeError unless each series has one value for each category.
 */
export function barsChart(
  categories: readonly string[],
  series: readonly BarSeries[],
  options: BarsOptions = {},
): Figure {
  checkKeys("barsChart", options, { ...FRAME, category: true, quantity: true, range: true } satisfies Record<
    keyof BarsOptions,
    true
  >);
  const data = series.map(({ name, values }, index) => {
    if (values.length !== categories.length)
      throw new RangeError(
        `barsChart: ${shown(name)} has ${values.length} values for ${categories.length} categories.`,
      );
    return {
      type: "bar",
      name,
      x: [...categories],
      y: rounded(values),
      marker: { color: FILLS[index % FILLS.length], line: { color: palette.black, width: 1 } },
    };
  });
  // Long labels are turned and would run into a legend below the axis.
  const long = categories.length > 6 && categories.some((name) => name.length > 12);
  return {
    data,
    layout: baseLayout(options.title ?? "Comparison", {
      height: options.height ?? (long ? 440 : 380),
      ...(long && {
        margin: { t: 90, r: 20, b: 60, l: 70 },
        legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" },
      }),
      barmode: "group",
      bargap: 0.25,
      xaxis: axis(options.category ?? "", { type: "category" }),
      yaxis: axis(options.quantity ?? "value", options.range ? { range: [...options.range] } : {}),
    }),
  };
}
