import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Figure } from "./figure";
import { axis, baseLayout, FRAME, type FrameOptions, palette, rounded, seriesStyle } from "./theme";

/** One approximation: the bits about f that it stores, and its error or bound. */
export type BitsErrorRow = { readonly name: string; readonly bits: number; readonly error: number };

/** The axis of `bitsErrorChart`, and what is drawn beside the errors. */
export type BitsErrorOptions = FrameOptions & {
  /** Draws the order of the metric entropy of λ-Lipschitz functions on [0,1]^d, (λ/ε)^d bits for the error ε. */
  readonly entropy?: { readonly lambda: number; readonly dimension: number };
  /** What is on the vertical axis; default "error". */
  readonly quantity?: string;
};

/** Error against stored bits, both logarithmic, one series for each name; bits, not parameters, are what f costs. */
export function bitsErrorChart(data: readonly BitsErrorRow[], options: BitsErrorOptions = {}): Figure {
  checkKeys("bitsErrorChart", options, { ...FRAME, entropy: true, quantity: true } satisfies Record<
    keyof BitsErrorOptions,
    true
  >);
  if (data.length === 0) throw new RangeError("bitsErrorChart needs at least one row.");
  for (const { name, bits, error } of data)
    if (!(bits > 0 && error > 0))
      throw new RangeError(
        `${name}: bits and error must be positive for logarithmic axes; got ${shown(bits)} and ${shown(error)}.`,
      );
  const { entropy, quantity = "error" } = options;
  const names = [...new Set(data.map((row) => row.name))];
  const traces = names.map((name, index) => {
    const rows = data.filter((row) => row.name === name).sort((a, b) => a.bits - b.bits);
    const { color, dash, symbol } = seriesStyle(index);
    return {
      type: "scatter",
      mode: "lines+markers",
      name,
      x: rows.map((row) => row.bits),
      y: rounded(rows.map((row) => row.error)),
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 9 },
    };
  });
  const errors = data.map((row) => row.error);
  const ends = [Math.min(...errors), Math.max(...errors)];
  return {
    data: [
      ...traces,
      ...(entropy === undefined
        ? []
        : [
            {
              type: "scatter",
              mode: "lines",
              name: `order of the metric entropy, ${entropy.dimension === 1 ? "λ/ε" : `(λ/ε)^${entropy.dimension}`}`,
              x: rounded(ends.map((error) => (entropy.lambda / error) ** entropy.dimension)),
              y: rounded(ends),
              line: { color: palette.black, width: 1.5, dash: "longdashdot" },
              // Below the series, which may lie on it.
              zorder: -1,
            },
          ]),
    ],
    layout: baseLayout(options.title ?? "Error against stored bits", {
      // In a narrow panel the legend has a row for each series.
      height: options.height ?? 480,
      xaxis: axis("bits stored about f", { type: "log" }),
      yaxis: axis("", { title: { text: quantity, standoff: 26 }, type: "log", exponentformat: "none" }),
    }),
  };
}
