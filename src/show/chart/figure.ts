/** A Plotly figure as a plain object: traces, layout, and optionally animation frames and display options. */
export type Figure = {
  data: object[];
  layout: object;
  frames?: object[];
  config?: object;
};
