import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { fromNumber, toNumber } from "../../theory/exact/toNumber";
import type { Grid } from "../../theory/grid/grid";
import { stepValue } from "../../theory/network/stepNetwork";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";

/**
 * The step function g of one coordinate, g = k on the k-th interval, steep on the strips, with ⌊Kx⌋ for comparison
 * [Theorem 2.1].
 * @throws RangeError for more than 64 intervals.
 */
export function stepChart(grid: Grid, options: FrameOptions = {}): Figure {
  checkKeys("stepChart", options, FRAME);
  const { K, delta } = grid;
  if (K > 64) throw new RangeError(`stepChart draws at most 64 steps; got ${shown(K)}; choose a smaller n.`);
  const x = Array.from({ length: K }, (_, k) =>
    k === K - 1 ? [k / K, 1] : [k / K, (k + 1) / K - delta],
  ).flat();
  return {
    data: [
      {
        type: "scatter",
        mode: "lines",
        name: "⌊Kx⌋",
        x: Array.from({ length: K + 1 }, (_, k) => k / K),
        y: Array.from({ length: K + 1 }, (_, k) => Math.min(k, K - 1)),
        line: { color: palette.black, dash: "dot", shape: "hv", width: 2 },
      },
      {
        type: "scatter",
        mode: "lines",
        name: "g, a sum of ReLUs",
        x: rounded(x, 9),
        y: rounded(x.map((t) => toNumber(stepValue(grid, fromNumber(t))))),
        line: { color: palette.blue, width: 2.5 },
      },
    ],
    layout: baseLayout(options.title ?? `The step function g with ${K} steps`, {
      ...(options.height !== undefined && { height: options.height }),
      xaxis: axis("x", { range: [0, 1] }),
      yaxis: axis("g(x)", { dtick: Math.ceil(K / 8) }),
    }),
  };
}
