import { checkKeys } from "../../common/checkKeys";
import type { ConfusionMatrix } from "../../learning/train/confusionMatrix";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette } from "./theme";

/** With up to this many classes there is room for a number in every cell; with more, zeros are left empty. */
const ROOMY = 20;

/**
 * A confusion matrix: a row for each true class, a column for each predicted one, the counts in the cells. The larger
 * a cell's share of its row, the darker the cell; right answers are on the diagonal.
 * @throws RangeError unless `counts` is square, with one row and column for each class, of whole numbers ≥ 0.
 */
export function confusionChart(
  { classes, counts, accuracy }: ConfusionMatrix,
  options: FrameOptions = {},
): Figure {
  checkKeys("confusionChart", options, FRAME);
  const n = classes.length;
  const proper = (count: number) => Number.isInteger(count) && count >= 0;
  if (n === 0 || counts.length !== n || counts.some((row) => row.length !== n || !row.every(proper))) {
    throw new RangeError(`confusionChart needs ${n} × ${n} whole numbers ≥ 0, one row for each class.`);
  }
  const shares = counts.map((row) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (total === 0 ? 0 : Number((count / total).toFixed(4))));
  });
  const numbers = counts
    .flatMap((row, t) => row.map((count, p) => ({ t, p, count, share: shares[t][p] })))
    .filter(({ count }) => n <= ROOMY || count > 0);
  // Names may be numbers; an axis would take those for positions.
  const at = classes.map((_, i) => i);
  const ticks = { tickvals: at, ticktext: [...classes], showgrid: false, zeroline: false };
  return {
    data: [
      {
        type: "heatmap",
        x: at,
        y: at,
        z: shares,
        zmin: 0,
        zmax: 1,
        xgap: 1,
        ygap: 1,
        colorscale: [
          [0, "#FFFFFF"],
          [1, palette.blue],
        ],
        customdata: counts.map((row) => [...row]),
        hovertemplate:
          "true class %{y}<br>predicted class %{x}<br>%{customdata}, %{z:.0%} of the row<extra></extra>",
        colorbar: {
          title: { text: "share of the true class", side: "right" },
          tickformat: ".0%",
          thickness: 12,
        },
      },
      {
        type: "scatter",
        mode: "text",
        x: numbers.map(({ p }) => p),
        y: numbers.map(({ t }) => t),
        text: numbers.map(({ count }) => String(count)),
        // The one of the two that stands out more from the cell.
        textfont: {
          size: n <= ROOMY ? 12 : 8,
          color: numbers.map(({ share }) => (share > 0.92 ? "#FFFFFF" : "#000000")),
        },
        hoverinfo: "skip",
        showlegend: false,
      },
    ],
    layout: baseLayout(options.title ?? `Confusion matrix, ${(100 * accuracy).toFixed(1)} % right`, {
      height: options.height ?? Math.min(900, 200 + Math.max(5, n) * 34),
      xaxis: axis("predicted class", { ...ticks, range: [-0.5, n - 0.5] }),
      yaxis: axis("true class", { ...ticks, range: [n - 0.5, -0.5] }),
    }),
  };
}
