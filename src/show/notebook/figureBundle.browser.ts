/** What `figureBundle.ts` exports, for a browser: a page draws the figure live, so that it needs no still image. */
import { needsNode } from "../../common/platform.browser";
import { alternativeText } from "../chart/alternativeText";
import { localConfig } from "../chart/localConfig";
import { checkTraceTypes } from "../chart/traceTypes";
import { describeFigure } from "./describeFigure";
import type * as Node from "./figureBundle";
import { bundleMetadata } from "./jupyterDisplay";
import { plainData } from "./plainData";

export const figureBundle: typeof Node.figureBundle = async (figure) => {
  checkTraceTypes(figure);
  const plain = { ...plainData(figure), config: localConfig(figure.config) };
  return {
    "application/vnd.plotly.v1+json": plain,
    "text/plain": describeFigure(figure),
    [bundleMetadata]: { "image/png": { alt: alternativeText(plain) } },
  };
};

export const prepareStillImages: typeof Node.prepareStillImages = () =>
  needsNode("prepareStillImages()", "a page needs no still images");
