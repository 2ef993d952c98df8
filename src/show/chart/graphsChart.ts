import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Approximation } from "../../theory/value/approximation";
import type { Figure } from "./figure";
import { abscissas, strips, stripsEntry } from "./graphChart";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded } from "./theme";

const NAMES: Readonly<Record<Approximation["construction"], string>> = {
  lp: "Theorem 2.1",
  uniform: "Theorem 2.2",
  threeParameters: "Theorem 2.3",
  delta: "one bit a cube",
  continuous: "without strips",
};

/** Points at which f is drawn. */
const SAMPLES = 401;
/** The part of the width between two panels. */
const GAP = 0.05;

/** Plotly calls the first axes x and y, the next x2 and y2. */
const numbered = (index: number) => (index === 0 ? "" : String(index + 1));

/**
 * The graphs of several approximations on [0,1] (d = 1) side by side on one scale, each with its target and its
 * trifling strips shaded.
 * @throws RangeError for a target of another dimension, no approximation, or more than four.
 */
export function graphsChart(data: readonly Approximation[], options: FrameOptions = {}): Figure {
  checkKeys("graphsChart", options, FRAME);
  if (data.length === 0 || data.length > 4)
    throw new RangeError(`graphsChart draws one to four approximations; got ${data.length}.`);
  for (const { target } of data)
    if (target.dimension !== 1)
      throw new RangeError(
        `graphsChart draws functions of one variable; got dimension ${shown(target.dimension)}.`,
      );
  const x = Array.from({ length: SAMPLES }, (_, i) => i / (SAMPLES - 1));
  const width = (1 - GAP * (data.length - 1)) / data.length;
  const panels = data.map((phi, i) => {
    const at = abscissas(phi.grid);
    const look = { type: "scatter", mode: "lines", xaxis: `x${numbered(i)}`, showlegend: i === 0 };
    return {
      traces: [
        {
          ...look,
          name: "f",
          legendgroup: "f",
          x: rounded(x),
          y: rounded(x.map((t) => phi.target([t]))),
          line: { color: palette.black, width: 2, dash: "dot" },
        },
        {
          ...look,
          name: "φ",
          legendgroup: "φ",
          x: rounded(at, 9),
          y: rounded(phi.evaluate(Float64Array.from(at))),
          line: { color: palette.blue, width: 2 },
        },
      ],
      axis: axis("x", { domain: [i * (width + GAP), i * (width + GAP) + width], range: [0, 1] }),
      shapes: strips(phi.grid).map((shape) => ({ ...shape, xref: `x${numbered(i)}` })),
      heading: {
        text: `${NAMES[phi.construction]}, n = ${phi.n}`,
        xref: `x${numbered(i)} domain`,
        yref: "y domain",
        x: 0.5,
        y: 1.02,
        yanchor: "bottom",
        showarrow: false,
      },
    };
  });
  return {
    data: [...panels.flatMap(({ traces }) => traces), ...stripsEntry(...data.map(({ grid }) => grid))],
    layout: baseLayout(options.title ?? `${data[0].target.title} and its approximations`, {
      ...(options.height !== undefined && { height: options.height }),
      ...Object.fromEntries(panels.map((panel, i) => [`xaxis${numbered(i)}`, panel.axis])),
      yaxis: axis("value"),
      shapes: panels.flatMap(({ shapes }) => shapes),
      annotations: panels.map(({ heading }) => heading),
    }),
  };
}
