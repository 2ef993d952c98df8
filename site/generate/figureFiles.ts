import fs from "node:fs";
import path from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { escapeHtml } from "../../src/show/notebook/escapeHtml";
import { PLOTLY } from "../page/outputHtml";
import type { Bundle } from "../worker/protocol";

/** A picture for the page: lossy, at a quality at which lines and small letters stay sharp. */
const QUALITY = 75;
/** Stored pictures have two pixels for each of the page's; one is enough until the figure is live. */
const PIXELS = 1;

/**
 * Writes a stored figure beside its page: the still picture as WebP and the data as JSON, so that a page holds neither.
 * Gives the HTML that shows the picture, and that a script makes live. `name` is the files' without an ending, as seen from
 * the page in `folder`.
 */
export async function figureFiles(
  folder: string,
  name: string,
  { data, metadata }: { data: Bundle; metadata: Bundle },
): Promise<string> {
  const { width = 700, height = 420, alt } = (metadata["image/png"] ?? {}) as Record<string, number | string>;
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.json`, JSON.stringify({ figure: data[PLOTLY], alt }));
  const picture = await loadImage(Buffer.from(String(data["image/png"]), "base64"));
  const scale = Math.min(1, (PIXELS * Number(width)) / picture.width);
  const canvas = createCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  fs.writeFileSync(`${file}.webp`, await canvas.encode("webp", QUALITY));
  return (
    `<div class="chart" data-figure="${escapeHtml(name)}.json" style="min-height:${height}px">` +
    `<img src="${escapeHtml(name)}.webp" width="${width}" height="${height}" loading="lazy" alt="${escapeHtml(String(alt ?? ""))}"></div>`
  );
}
