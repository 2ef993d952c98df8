import type { Figure } from "../chart/figure";

/** Whether a value has the shape of a Plotly figure: `{ data: [traces], layout: {…} }`. */
export function isFigure(value: unknown): value is Figure {
  if (typeof value !== "object" || value === null) return false;
  const { data, layout } = value as { data?: unknown; layout?: unknown };
  return Array.isArray(data) && data.every(isObject) && isObject(layout);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
