import { isJson } from "./figure.mjs";
import type { LiveFigure } from "./plotly.mjs";

/** Pixels between an axis and the legend below it. */
const GAP = 4;

/**
 * By how many pixels a drawn figure has to grow, so that the legend below its axes keeps clear of them. Plotly puts such
 * a legend at a share of the plot's height, and the plot is the lower, the more rows the legend has.
 */
export function legendRoom(graph: LiveFigure): number {
  const legend = graph._fullLayout?.legend;
  const ground = graph.querySelector(".legend .bg");
  if (!ground || !isJson(legend) || legend.yref !== "paper" || legend.yanchor !== "top") return 0;
  const below = -Number(legend.y);
  if (!(below > 0)) return 0;
  const { top, bottom } = ground.getBoundingClientRect();
  const axes = [...graph.querySelectorAll(".xaxislayer-above .xtick text, .infolayer [class*='xtitle']")];
  const ends = axes.map((part) => part.getBoundingClientRect().bottom).filter((end) => end < bottom);
  const missing = Math.max(...ends) + GAP - top;
  // When a figure grows by 1 + below, its plot grows by 1 and the legend's distance by below.
  return missing > 0 ? Math.ceil((missing * (1 + below)) / below) : 0;
}
