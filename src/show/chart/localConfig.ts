const CLOUD = "sendChartToCloud";

/**
 * The display options of a figure without the button that plotly.js 4 adds to every chart, which sends the data to its
 * maker's servers; the button stays off, whichever option would switch it on.
 */
export function localConfig(config: object = {}): object {
  return { ...(without(config) as object), showSendToCloud: false, plotlyServerURL: "" };
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== CLOUD).map(without);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, without(entry)]));
}
