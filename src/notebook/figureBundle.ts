import type { Figure } from "../chart/figure";
import { stillImage, stillSize } from "../chart/stillImage";
import { bundleMetadata, type MimeBundle } from "./jupyterDisplay";
import { plainData } from "./plainData";

/**
 * The bundle of a Plotly figure: live for front ends that know Plotly, a still PNG for those that don't, a line of text.
 * Never text/html: nbconvert and GitHub would prefer it and strip its script.
 */
export async function figureBundle(figure: Figure): Promise<MimeBundle> {
  const plain = plainData(figure);
  const live = { "application/vnd.plotly.v1+json": plain };
  try {
    const png = await stillImage(plain);
    return {
      ...live,
      "image/png": png.toString("base64"),
      "text/plain": describeFigure(figure),
      [bundleMetadata]: { "image/png": stillSize(plain) },
    };
  } catch (error) {
    // The live figure is still worth showing; the text says why there is no picture.
    return {
      ...live,
      "text/plain": `${describeFigure(figure)} (no still image: ${(error as Error).message})`,
    };
  }
}

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

export { prepareStillImages } from "../chart/stillImage";
