import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { cubeOfIndex, type Grid } from "../../theory/grid/grid";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette } from "./theme";

/** Orange on white, opaque: Ω must not look darker where strips cross. */
const shade = "#F4D48C";

const box = (x0: number, x1: number, y0: number, y1: number) => ({
  type: "rect",
  layer: "below",
  xref: "x",
  yref: "y",
  x0,
  x1,
  y0,
  y1,
});

const strip = (from: number, to: number, along: "x" | "y") => ({
  ...(along === "x" ? box(from, to, 0, 1) : box(0, 1, from, to)),
  fillcolor: shade,
  line: { width: 0 },
});

/** The cube at a corner: from β_i/K to (β_i+1)/K − δ, the last one up to 1. */
function cube({ K, delta }: Grid, [x, y]: readonly number[]) {
  const end = (start: number) => (start + 1 / K < 1 ? start + 1 / K - delta : 1);
  return {
    ...box(x, end(x), y ?? 0, y === undefined ? 1 : end(y)),
    line: { width: 1, color: palette.black },
  };
}

/**
 * The cubes Q_β with their corners x_β and indices ϱ(β), the trifling region Ω(K, δ) shaded; d = 1 or 2
 * [Figs 6, 10].
 * @throws RangeError for other dimensions or more than 1,024 cubes.
 */
export function cubesChart(grid: Grid, options: FrameOptions = {}): Figure {
  checkKeys("cubesChart", options, FRAME);
  const { d, K, J, delta } = grid;
  if (d > 2) throw new RangeError(`cubesChart draws one or two dimensions; got ${shown(d)}.`);
  if (J > 1024)
    throw new RangeError(`cubesChart draws at most 1024 cubes; got ${shown(J)}; choose a smaller n.`);
  const corners = Array.from({ length: J }, (_, i) => cubeOfIndex(grid, i + 1).map((k) => k / K));
  const indices = corners.map((_, i) => String(i + 1));
  const edges = Array.from({ length: K - 1 }, (_, i) => (i + 1) / K);
  return {
    data: [
      {
        type: "scatter",
        mode: J <= 64 ? "markers+text" : "markers",
        name: "corner x_β with its index ϱ(β)",
        x: corners.map((corner) => corner[0]),
        y: corners.map((corner) => corner[1] ?? 0),
        ...(J <= 64 && { text: indices, textposition: "top right" }),
        marker: { color: palette.blue, size: 7 },
        showlegend: true,
      },
      {
        // Shapes have no legend of their own.
        type: "scatter",
        mode: "markers",
        name: `trifling region Ω, δ = ${delta}`,
        x: [null],
        y: [null],
        marker: { color: shade, symbol: "square", size: 12 },
      },
    ],
    layout: baseLayout(options.title ?? `${J} cubes and the trifling region between them`, {
      height: options.height ?? (d === 1 ? 260 : 560),
      ...(d === 1 && { legend: { orientation: "h", x: 0, xanchor: "left", y: -0.8, yanchor: "top" } }),
      xaxis: axis("x₁", {
        range: [-0.02, 1.02],
        showgrid: false,
        zeroline: false,
        ...(d === 2 && { constrain: "domain" }),
      }),
      yaxis:
        d === 1
          ? axis("", { visible: false, range: [-0.5, 1] })
          : axis("x₂", {
              range: [-0.02, 1.02],
              showgrid: false,
              zeroline: false,
              scaleanchor: "x",
              constrain: "domain",
            }),
      shapes: [
        ...edges.flatMap((edge) => [
          strip(edge - delta, edge, "x"),
          ...(d === 2 ? [strip(edge - delta, edge, "y")] : []),
        ]),
        ...(J <= 256 ? corners.map((corner) => cube(grid, corner)) : []),
      ],
    }),
  };
}
