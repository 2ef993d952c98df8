import { checkCount } from "../../common/checkCount";
import type { Figure } from "./figure";

/** One position of a slider: its label and the traces and layout to show there. */
export type Step = { readonly label: string; readonly data: object[]; readonly layout?: object };

/**
 * A figure with a slider over `steps` by Plotly frames. The slider stands at `active`; without a live front end the
 * still image shows that step. All steps must have the same number of traces.
 */
export function withSlider(
  steps: readonly Step[],
  layout: object,
  options: { prefix: string; active: number },
): Figure {
  const shown = steps[checkCount("active", options.active, 0, steps.length - 1)];
  const whole = withOwn(layout, shown.layout);
  if (steps.length === 1) return { data: shown.data, layout: whole };
  const subtitled =
    (shown.layout as { title?: { subtitle?: object } } | undefined)?.title?.subtitle !== undefined;
  return {
    data: shown.data,
    layout: {
      ...whole,
      // The slider takes the legend's place below the axis.
      margin: { t: subtitled ? 124 : 90, r: 20, b: 60, l: 70 },
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" },
      sliders: [
        {
          active: options.active,
          currentvalue: { prefix: options.prefix },
          pad: { t: 70 },
          steps: steps.map(({ label }) => ({
            label,
            method: "animate",
            args: [
              [label],
              { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } },
            ],
          })),
        },
      ],
    },
    frames: steps.map(({ label, data, layout: own }) => ({ name: label, data, ...(own && { layout: own }) })),
  };
}

/** The layout with a step's own entries; a step may bring only a part of the title. */
function withOwn(layout: object, own: { title?: object } = {}): object {
  const { title } = layout as { title?: object };
  return { ...layout, ...own, ...(title && own.title && { title: { ...title, ...own.title } }) };
}
