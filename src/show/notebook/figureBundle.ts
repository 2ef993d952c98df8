import { alternativeText } from "../chart/alternativeText";
import type { Figure } from "../chart/figure";
import { localConfig } from "../chart/localConfig";
import { checkTraceTypes } from "../chart/traceTypes";
import { stillImage, stillSize } from "../still/stillImage";
import { describeFigure } from "./describeFigure";
import { bundleMetadata, type MimeBundle } from "./jupyterDisplay";
import { plainData } from "./plainData";

/**
 * The bundle of a Plotly figure: live for front ends that know Plotly, a still PNG for those that don't, a line of text.
 * Never text/html: nbconvert and GitHub would prefer it and strip its script. The picture's metadata give what it shows
 * and its size on the page, which is smaller than its pixels.
 * @throws TypeError for traces of a type that plotly.js does not know.
 */
export async function figureBundle(figure: Figure): Promise<MimeBundle> {
  checkTraceTypes(figure);
  const plain = { ...plainData(figure), config: localConfig(figure.config) };
  const live = { "application/vnd.plotly.v1+json": plain };
  try {
    const png = await stillImage(plain);
    return {
      ...live,
      "image/png": png.toString("base64"),
      "text/plain": describeFigure(figure),
      [bundleMetadata]: { "image/png": { ...stillSize(plain), alt: alternativeText(plain) } },
    };
  } catch (error) {
    // The live figure is still worth showing; the text says why there is no picture.
    return {
      ...live,
      "text/plain": `${describeFigure(figure)} (no still image: ${(error as Error).message})`,
    };
  }
}

export { prepareStillImages } from "../still/stillImage";
