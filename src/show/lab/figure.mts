/** A Plotly figure as a notebook holds it: whatever JSON its writer put there. */
export type OutputFigure = {
  data?: Json[];
  layout?: Json;
  frames?: { name?: string; data?: Json[]; layout?: Json }[];
  config?: Json;
};

/** An object in a figure; its entries are checked before use. */
export type Json = { [key: string]: unknown };

/** Whether a value is an object and not a list. */
export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
