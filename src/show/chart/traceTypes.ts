import { shown } from "../../common/shown";
import type { Figure } from "./figure";

/** The trace types that plotly.js 4.1 draws. */
export const traceTypes: ReadonlySet<string> = new Set(
  (
    "scatter scattergl bar barpolar box violin histogram histogram2d histogram2dcontour heatmap contour image pie " +
    "funnel funnelarea waterfall sunburst treemap icicle sankey table indicator parcats parcoords splom ohlc " +
    "candlestick carpet scattercarpet contourcarpet scatterternary scatterpolar scatterpolargl scattersmith " +
    "scattergeo choropleth scattermap choroplethmap densitymap scatter3d surface mesh3d isosurface volume cone " +
    "streamtube quiver"
  ).split(" "),
);

/** Trace types of earlier versions, and what draws the same today. */
export const removedTraceTypes: Readonly<Record<string, string>> = Object.freeze({
  scattermapbox: "scattermap, with layout.map in place of layout.mapbox",
  choroplethmapbox: "choroplethmap, with layout.map in place of layout.mapbox",
  densitymapbox: "densitymap, with layout.map in place of layout.mapbox",
  heatmapgl: "heatmap",
  pointcloud: "scattergl",
  contourgl: "contour",
  area: "barpolar",
});

/**
 * Refuses a figure with a trace, its own or a frame's, of a type that plotly.js does not know: plotly.js would silently
 * draw lines instead. A template may name other types: it styles traces and draws none.
 * @throws TypeError naming the trace and, for types of earlier versions, what to use.
 */
export function checkTraceTypes(figure: Figure): void {
  checkTypes("data", figure.data);
  if (!Array.isArray(figure.frames)) return;
  for (const [index, frame] of figure.frames.entries()) {
    const { data } = (frame ?? {}) as { data?: unknown };
    if (Array.isArray(data)) checkTypes(`frames[${index}].data`, data);
  }
}

function checkTypes(where: string, traces: readonly unknown[]): void {
  for (const [index, trace] of traces.entries()) {
    const { type } = (trace ?? {}) as { type?: unknown };
    if (type === undefined || traceTypes.has(type as string)) continue;
    const instead = Object.hasOwn(removedTraceTypes, String(type))
      ? removedTraceTypes[String(type)]
      : undefined;
    throw new TypeError(
      instead === undefined
        ? `${where}[${index}] has the type ${shown(type)}, which plotly.js 4.1 does not know; it knows ${[...traceTypes].sort().join(", ")}.`
        : `${where}[${index}] has the type ${shown(type)}, which plotly.js no longer has; use ${instead}.`,
    );
  }
}
