import { checkKeys } from "../../common/checkKeys";
import type { Figure } from "./figure";
import { areaFill, axis, baseLayout, FRAME, type FrameOptions, palette, rounded, seriesStyle } from "./theme";

/** The error of one construction at one n. */
export type ErrorRow = {
  readonly n: number;
  /** Measured or certified ‖φ − f‖; omit to draw the bound alone. */
  readonly error?: number;
  /** The theorem's bound. */
  readonly bound: number;
  /** A certificate's lower and upper end. */
  readonly lower?: number;
  readonly upper?: number;
  /** The construction; each is a series of its own; default "φ". */
  readonly name?: string;
};

/** The axis of `errorChart`. */
export type ErrorOptions = FrameOptions & {
  /** What is on the vertical axis; default "error ‖φ − f‖". */
  readonly quantity?: string;
};

/** Error against n on a logarithmic axis: the bound as a line, errors as markers, certificates as a band. */
export function errorChart(data: readonly ErrorRow[], options: ErrorOptions = {}): Figure {
  checkKeys("errorChart", options, { ...FRAME, quantity: true } satisfies Record<keyof ErrorOptions, true>);
  if (data.length === 0) throw new RangeError("errorChart needs at least one row.");
  const names = [...new Set(data.map((row) => row.name ?? "φ"))];
  const traces = names.flatMap((name, index) => {
    const rows = data.filter((row) => (row.name ?? "φ") === name).sort((a, b) => a.n - b.n);
    const style = seriesStyle(index);
    const certified = rows.flatMap(({ n, lower, upper }) =>
      lower === undefined || upper === undefined ? [] : [{ n, lower, upper }],
    );
    const band = {
      type: "scatter",
      mode: "lines",
      x: certified.map((row) => row.n),
      // A narrow band has hardly any area: its edges show it.
      line: { width: 1, color: style.color, dash: style.dash },
      legendgroup: name,
      hoverinfo: "skip",
    };
    const measured = rows.flatMap(({ n, error }) => (error === undefined ? [] : [{ n, error }]));
    return [
      ...(certified.length === 0
        ? []
        : [
            { ...band, y: rounded(certified.map((row) => row.lower)), showlegend: false },
            {
              ...band,
              y: rounded(certified.map((row) => row.upper)),
              fill: "tonexty",
              fillcolor: areaFill(style.color),
              name: `${name}: certified`,
            },
          ]),
      {
        type: "scatter",
        mode: "lines",
        name: `${name}: bound`,
        legendgroup: name,
        x: rows.map((row) => row.n),
        y: rounded(rows.map((row) => row.bound)),
        line: { color: style.color, dash: style.dash, width: 2 },
      },
      ...(measured.length === 0
        ? []
        : [
            {
              type: "scatter",
              mode: "markers",
              name: `${name}: error`,
              legendgroup: name,
              x: measured.map((row) => row.n),
              y: rounded(measured.map((row) => row.error)),
              marker: {
                color: style.color,
                symbol: style.symbol,
                size: 9,
                line: { color: palette.black, width: 1 },
              },
            },
          ]),
    ];
  });
  return {
    data: traces,
    layout: baseLayout(options.title ?? "Error against n", {
      ...(options.height !== undefined && { height: options.height }),
      xaxis: axis("n (K = 2ⁿ cubes along an axis)", { dtick: 1 }),
      yaxis: axis("", {
        title: { text: options.quantity ?? "error ‖φ − f‖", standoff: 26 },
        type: "log",
        exponentformat: "none",
      }),
    }),
  };
}
