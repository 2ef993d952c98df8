import { isJson, type Json, type OutputFigure } from "./figure.mjs";

/** Height of a figure that names none, as in its still image. */
export const HEIGHT = 450;

/** Measures a line of text: its width in pixels. */
export type Measure = (text: string, font: { size: number; family: string }) => number;

/**
 * A figure's layout for a panel of `width` pixels: the figure's own height, its own width only if that is smaller, and
 * the title in as many lines as it needs; the figure grows by them.
 */
export function fitted(figure: OutputFigure, width: number, measure: Measure): Json {
  const layout = figure.layout ?? {};
  const own = positive(layout.width) ?? width;
  const height = positive(layout.height) ?? HEIGHT;
  const sized = { ...layout, width: Math.min(own, width), height, autosize: false };
  const title = isJson(layout.title) ? layout.title : {};
  if (typeof title.text !== "string") return sized;
  const font = { ...(isJson(layout.font) && layout.font), ...(isJson(title.font) && title.font) } as Json;
  const size =
    positive(isJson(title.font) ? title.font.size : undefined) ?? 1.4 * (positive(font.size) ?? 12);
  const family = typeof font.family === "string" ? font.family : "sans-serif";
  const lines = wrapped(title.text, 0.94 * sized.width, (text) => measure(text, { size, family }));
  const more = Math.ceil((lines.length - title.text.split("<br>").length) * size * 1.3);
  if (more <= 0) return sized;
  const margin = isJson(layout.margin) ? layout.margin : {};
  return {
    ...sized,
    height: height + more,
    margin: { ...margin, t: (positive(margin.t) ?? 100) + more },
    title: { ...title, text: lines.join("<br>") },
  };
}

/** The lines of a text, each as full as possible; a word that is too long is a line of its own. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  return text.split("<br>").flatMap((line) => {
    // Markup in a title is not measured, so it is not cut either.
    if (/[<$]/.test(line)) return [line];
    const lines = [""];
    for (const word of line.split(" ")) {
      const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
      if (lines.at(-1) === "" || measure(longer) <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}

const positive = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
