import { isJson, type Json, type OutputFigure } from "./figure.mjs";

/** What a figure may decide about its own behaviour; anything else would let a saved file act for its writer. */
const FREE = new Set([
  "staticPlot",
  "scrollZoom",
  "doubleClick",
  "displayModeBar",
  "modeBarButtonsToRemove",
  "showTips",
  "showAxisDragHandles",
  "showAxisRangeEntryBoxes",
  "locale",
]);

/** The display options of a figure in a notebook: nothing in it sends data away, whatever the figure says. */
export function safeConfig({ config }: OutputFigure): Json {
  const own = isJson(config)
    ? Object.fromEntries(Object.entries(config).filter(([key]) => FREE.has(key)))
    : {};
  return { ...own, showSendToCloud: false, plotlyServerURL: "", displaylogo: false, responsive: false };
}
