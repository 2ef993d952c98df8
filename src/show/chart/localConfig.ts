const CLOUD = "sendChartToCloud";

/**
 * The display options of a figure without what plotly.js 4 adds to every chart: a button that sends the data to its
 * maker's servers. It is off whichever way the options would switch it on.
 */
export function localConfig(config: object = {}): object {
  return { ...(without(config) as object), showSendToCloud: false, plotlyServerURL: "" };
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== CLOUD).map(without);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, without(entry)]));
}
