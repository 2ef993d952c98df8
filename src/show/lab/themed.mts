import { type Colour, fillOnDark, luminance, onDark, readColour, writeColour } from "./colour.mjs";
import { isJson, type Json, type OutputFigure } from "./figure.mjs";

/** The colours of the page around a figure. */
export type Theme = {
  readonly ground: string;
  readonly text: string;
};

/** Traces that cover the ground: what is drawn over them has colours chosen for these traces. */
const COVERING =
  /^(heatmap|contour|histogram2d|histogram2dcontour|image|scattermap|densitymap|choroplethmap)$/;
/** Grid lines on a dark ground. */
const SOFT = "rgba(255, 255, 255, 0.18)";
const TEXT = 4.5;
const MARK = 3;

/**
 * A figure in the colours of the page. On a light page it stays as it is. On a dark page a figure with no ground of its
 * own, or a white one, gets the page's; its text, axes and marks are lightened until they stand out (4.5 : 1 for text,
 * 3 : 1 for marks), and a fill that lets lines through is as clear as it is on white. A figure with any other ground
 * keeps all its colours. Colour scales are data and stay.
 */
export function themed(figure: OutputFigure, theme: Theme): OutputFigure {
  const ground = readColour(theme.ground);
  const layout = figure.layout ?? {};
  if (!ground || luminance(ground) > 0.18 || !isWhite(groundOf(layout))) return figure;
  const covered = (figure.data ?? []).some(({ type }) => COVERING.test(String(type)));
  const repaint = (data: Json[] | undefined) =>
    covered ? data : data?.map((trace) => repainted(trace, ground) as Json);
  return {
    ...figure,
    data: repaint(figure.data),
    layout: darkLayout(layout, ground, theme),
    frames: figure.frames?.map((frame) => ({
      ...frame,
      ...(frame.data && { data: repaint(frame.data) }),
      ...(frame.layout && { layout: repainted(frame.layout, ground) as Json }),
    })),
  };
}

function groundOf(layout: Json): unknown {
  const template = isJson(layout.template) && isJson(layout.template.layout) ? layout.template.layout : {};
  return layout.paper_bgcolor ?? template.paper_bgcolor;
}

function isWhite(ground: unknown): boolean {
  if (ground === undefined) return true;
  const colour = readColour(ground);
  return colour !== undefined && (colour[3] === 0 || luminance(colour) > 0.9);
}

/** Repaints the colours that the figure names; sets the others through a template, as Plotly itself does. */
function darkLayout(layout: Json, ground: Colour, { text }: Theme): Json {
  const own = repainted(layout, ground) as Json;
  const axis = { gridcolor: SOFT, zerolinecolor: SOFT, linecolor: text, tickcolor: text };
  const button = { bgcolor: writeColour(ground), bordercolor: text, activecolor: SOFT };
  const polar = { bgcolor: writeColour(ground), angularaxis: axis, radialaxis: axis };
  const defaults = {
    paper_bgcolor: writeColour(ground),
    plot_bgcolor: writeColour(ground),
    font: { color: text },
    xaxis: axis,
    yaxis: axis,
    polar,
    scene: Object.fromEntries(["xaxis", "yaxis", "zaxis"].map((name) => [name, axis])),
    legend: { bgcolor: "rgba(0,0,0,0)" },
    sliderdefaults: { bgcolor: writeColour(ground), bordercolor: text, tickcolor: text, activebgcolor: SOFT },
    updatemenudefaults: button,
  };
  const template = isJson(own.template) ? own.template : {};
  const beneath = isJson(template.layout) ? template.layout : {};
  return { ...own, template: { ...template, layout: merged(defaults, beneath) } };
}

function merged(under: Json, over: Json): Json {
  const result: Json = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isJson(below) && isJson(value) ? merged(below, value) : value;
  }
  return result;
}

/** A copy in which every colour in an entry named …color fits the ground. */
function repainted(value: unknown, ground: Colour, key = "", path = "", owner: Json = {}): unknown {
  if (Array.isArray(value)) {
    // Numbers are data, coloured by their scale; long lists of them are not searched.
    if (typeof value[0] === "number") return value;
    return value.map((entry) => repainted(entry, ground, key, path));
  }
  if (isJson(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        name,
        name === "colorscale" || name === "coloraxis"
          ? entry
          : repainted(entry, ground, name, `${path}.${name}`, value),
      ]),
    );
  const colour = key.endsWith("color") ? readColour(value) : undefined;
  if (!colour || colour[3] === 0) return value;
  if (key.endsWith("bgcolor"))
    return luminance(colour) > 0.5 ? writeColour([ground[0], ground[1], ground[2], colour[3]]) : value;
  if (key === "fillcolor") {
    const shown = typeof owner.opacity === "number" ? owner.opacity : 1;
    return colour[3] * shown < 1 ? writeColour(fillOnDark(colour, ground, MARK, shown)) : value;
  }
  if (/grid|zeroline/.test(key)) return SOFT;
  return writeColour(onDark(colour, ground, /font/.test(path) ? TEXT : MARK));
}
