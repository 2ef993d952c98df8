import { shown } from "../../common/shown";

/** Okabe and Ito's palette, which colour-blind readers can tell apart; lines also differ by dash and marker. */
export const palette = Object.freeze({
  black: "#000000",
  orange: "#E69F00",
  skyBlue: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermillion: "#D55E00",
  purple: "#CC79A7",
});

/** Colour, dash and marker of the first, second, … series: any two differ in grey print, too. */
export const seriesStyles: readonly { color: string; dash: string; symbol: string }[] = Object.freeze([
  { color: palette.blue, dash: "solid", symbol: "circle" },
  { color: palette.vermillion, dash: "dash", symbol: "square" },
  { color: palette.green, dash: "dot", symbol: "diamond" },
  { color: palette.purple, dash: "dashdot", symbol: "triangle-up" },
  { color: palette.orange, dash: "longdash", symbol: "x" },
  { color: palette.black, dash: "longdashdot", symbol: "cross" },
  { color: palette.skyBlue, dash: "solid", symbol: "triangle-down" },
  { color: "#777777", dash: "dash", symbol: "star" },
  { color: palette.blue, dash: "dot", symbol: "circle-open" },
  { color: palette.vermillion, dash: "dashdot", symbol: "square-open" },
  { color: palette.green, dash: "longdash", symbol: "diamond-open" },
]);

export const seriesStyle = (index: number) => seriesStyles[index % seriesStyles.length];

/** A series' colour as the fill of an area that lines cross: clear enough for them, and at least 1.4 : 1 to white. */
export const areaFill = (color: string): string => `${color}73`;

/** The legend's entry for what shapes shade; they have none of their own. */
export const areaEntry = (name: string, fillcolor: string): object => ({
  type: "scatter",
  mode: "lines",
  name,
  x: [null],
  y: [null],
  fill: "toself",
  fillcolor,
  line: { width: 0 },
});

/** Sequential scale (cividis): monotone in lightness, so it reads in grey. */
export const sequentialScale = "Cividis";

/** Diverging scale around 0: blue below, white, vermillion above. */
export const divergingScale: readonly [number, string][] = [
  [0, palette.blue],
  [0.5, "#FFFFFF"],
  [1, palette.vermillion],
];

/**
 * An axis with title, quiet grid and room for its labels.
 * @throws TypeError for a title that is no text.
 */
export function axis(title: string, extra: object = {}): object {
  if (typeof title !== "string")
    throw new TypeError(`The title of an axis must be a text; got ${shown(title)}.`);
  return {
    title: { text: title, standoff: 14 },
    automargin: true,
    gridcolor: "#E5E5E5",
    zerolinecolor: "#BBBBBB",
    linecolor: "#888888",
    ticks: "outside",
    ...extra,
  };
}

/** Title and height of a chart. */
export type FrameOptions = {
  /** Title above the figure; every chart has a default. */
  readonly title?: string;
  /** Height in pixels. */
  readonly height?: number;
};

/** The options that every chart has. */
export const FRAME = { title: true, height: true } as const satisfies Record<keyof FrameOptions, true>;

/**
 * The layout that all charts share: white ground, title on the left, legend below the data.
 * @throws TypeError for a title that is no text, RangeError for a height that is no positive number of pixels.
 */
export function baseLayout(
  title: string,
  extra: { readonly height?: number; readonly [name: string]: unknown } = {},
): object {
  const { height = 420 } = extra;
  if (typeof title !== "string") throw new TypeError(`title must be a text; got ${shown(title)}.`);
  if (!Number.isFinite(height) || height <= 0 || height > 1e6)
    throw new RangeError(`height must be a positive number of pixels, at most 1e6; got ${shown(height)}.`);
  return {
    title: { text: title, x: 0.02, xanchor: "left", font: { size: 16 } },
    font: { family: "DejaVu Sans, Verdana, sans-serif", size: 12, color: "#222222" },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    height: 420,
    margin: { t: 60, r: 20, b: 60, l: 70 },
    legend: { orientation: "h", x: 0, xanchor: "left", y: -0.22, yanchor: "top" },
    ...extra,
  };
}

/** Numbers with as many digits as a reader needs; keeps notebooks small. */
export const rounded = (values: ArrayLike<number>, digits = 6): number[] =>
  Array.from(values, (x) => Number(x.toPrecision(digits)));
