/** A Plotly figure as it stands in a notebook: whatever JSON its writer put there. */
export type OutputFigure = {
  data?: Json[];
  layout?: Json;
  frames?: { name?: string; data?: Json[]; layout?: Json }[];
  config?: Json;
};

/** An object of a figure, whose entries are looked at before they are used. */
export type Json = { [key: string]: unknown };

/** Whether a value is an object, and no list. */
export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
