import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TextDecoder, TextEncoder } from "node:util";
import { Resvg } from "@resvg/resvg-js";
import { JSDOM } from "jsdom";
import type { Figure } from "../chart/figure";
import { localConfig } from "../chart/localConfig";
import type { DrawRequest } from "./stillImage";
import { installCanvas, installTextMetrics } from "./textMetrics";

type Plotly = {
  toImage(figure: object, options: object): Promise<string>;
};

const resolve = createRequire(__filename).resolve;
const fontFolder = join(dirname(resolve("dejavu-fonts-ttf/package.json")), "ttf");
const fontFiles = [
  "DejaVuSans.ttf",
  "DejaVuSans-Bold.ttf",
  "DejaVuSans-Oblique.ttf",
  "DejaVuSansMono.ttf",
].map((name) => join(fontFolder, name));

let loaded: Plotly | undefined;

/** Draws a figure: plotly.js in jsdom gives SVG, resvg turns it into PNG. */
export async function drawStill({
  figure,
  width,
  height,
  scale,
}: Omit<DrawRequest, "id">): Promise<Uint8Array> {
  const plotly = loadPlotlyInJsdom();
  const { data, layout } = withoutWebgl(figure);
  const sized = { data, layout: { ...layout, width, height }, config: localConfig({ staticPlot: true }) };
  const svg = await plotly.toImage(sized, { format: "svg", imageDataOnly: true, width, height });
  const image = new Resvg(inResvgsWords(svg), {
    background: "white",
    fitTo: { mode: "zoom", value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles,
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
      monospaceFamily: "DejaVu Sans Mono",
    },
  });
  return image.render().asPng();
}

/** The SVG in forms that resvg knows: no quoted references, no CSS name for nearest-neighbour scaling. */
function inResvgsWords(svg: string): string {
  return svg
    .replace(/url\((?:'|&quot;)(#[^'&)]*)(?:'|&quot;)\)/g, "url($1)")
    .replaceAll("image-rendering: pixelated", "image-rendering: optimizeSpeed");
}

/** Replaces "gl" traces by their plain namesakes, which draw the same picture more slowly but without a browser. */
function withoutWebgl({ data, layout }: Figure): Figure {
  const plain = data.map((trace) => {
    const { type } = trace as { type?: string };
    return type?.endsWith("gl") ? { ...trace, type: type.slice(0, -2) } : trace;
  });
  return { data: plain, layout };
}

/** plotly.js in a window without a screen; loading takes about 1.5 s. */
export function loadPlotlyInJsdom(): Plotly {
  if (loaded) return loaded;
  const { window } = new JSDOM("<!DOCTYPE html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  Object.assign(window, { TextDecoder, TextEncoder });
  window.URL.createObjectURL ??= () => "";
  installTextMetrics(window, fontFiles);
  installCanvas(window);
  window.eval(readFileSync(resolve("plotly.js-dist"), "utf8"));
  loaded = (window as unknown as { Plotly: Plotly }).Plotly;
  return loaded;
}
