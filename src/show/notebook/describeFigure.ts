import type { Figure } from "../chart/figure";

/** One line about a figure: its title and its traces. */
export function describeFigure(figure: Figure): string {
  const { title } = figure.layout as { title?: string | { text?: string } };
  const heading = typeof title === "string" ? title : title?.text;
  const traces = figure.data.map((trace) => {
    const { name, type = "scatter" } = trace as { name?: string; type?: string };
    return name ? `${type} "${name}"` : type;
  });
  return `Plotly figure${heading ? ` "${heading}"` : ""}: ${traces.join(", ") || "no traces"}`;
}
