import { arch, platform } from "node:os";
import { checkKeys } from "../../common/checkKeys";
import { packageManifest, writeWhole } from "../../common/platform";
import { shown } from "../../common/shown";
import { backendInfo } from "../../learning/tensorflow/tensorflow";
import { alternativeText } from "../chart/alternativeText";
import type { Figure } from "../chart/figure";
import { stillImage, stillSize } from "../still/stillImage";
import { escapeHtml } from "./escapeHtml";
import { isFigure } from "./isFigure";
import { jupyterDisplay } from "./jupyterDisplay";
import { isFrame, isRecords, isSeries, type Row } from "./records";
import { isTable, type Table, table } from "./table";

/**
 * A part of a report: a text is a paragraph; a figure becomes a still image; rows, a `table` or a danfo data frame
 * become a table.
 */
export type ReportPart = string | { readonly heading: string } | Figure | Table | readonly Row[] | object;

/** What a report says about where its numbers come from. */
export type ReportOptions = {
  /** The seed that the report's last line names. */
  readonly seed?: number;
  /** The date that the report's last line names; default now. */
  readonly date?: Date;
};

/**
 * Writes a report as one HTML file that needs nothing else, neither network nor script: title, parts, and a last
 * line with versions, backend, date and seed. The file is there whole or not at all; returns its size in bytes.
 * Markup in texts is shown as written.
 * @throws TypeError for a part of no known kind, Error for a figure that cannot be drawn without a browser.
 */
export async function saveReport(
  file: string,
  title: string,
  parts: readonly ReportPart[],
  options: ReportOptions = {},
): Promise<number> {
  checkKeys("saveReport", options, { seed: true, date: true });
  const { seed, date = new Date() } = options;
  if (typeof file !== "string" || !/\.html?$/i.test(file)) {
    throw new TypeError(`The file of a report ends in .html, so that browsers show it; got ${shown(file)}.`);
  }
  if (typeof title !== "string" || title.trim() === "") {
    throw new TypeError("A report needs a title.");
  }
  if (!Array.isArray(parts) || parts.length === 0)
    throw new TypeError("A report needs parts: a list of one or more.");
  if (!(date instanceof Date) || Number.isNaN(date.getTime()))
    throw new TypeError(`date must be a valid Date; got ${shown(date)}.`);
  const body: string[] = [];
  for (const [i, part] of parts.entries()) body.push(await partHtml(part, i));
  return writeWhole(file, page(title, body, await provenance(seed, date)));
}

async function partHtml(part: ReportPart, index: number): Promise<string> {
  if (typeof part === "string") return `<p>${escapeHtml(part)}</p>`;
  if (isFigure(part)) return figureHtml(part);
  if (isTable(part)) return part[jupyterDisplay]()["text/html"] as string;
  if (isFrame(part) || isSeries(part) || isRecords(part))
    return table(part)[jupyterDisplay]()["text/html"] as string;
  const { heading } = (part ?? {}) as { heading?: unknown };
  if (typeof heading === "string") return `<h2>${escapeHtml(heading)}</h2>`;
  throw new TypeError(
    `Part ${index} of the report is ${shown(part)}: expected a text, { heading }, a figure, a ` +
      "table, rows or a data frame.",
  );
}

async function figureHtml(figure: Figure): Promise<string> {
  const { width, height } = stillSize(figure);
  const png = await stillImage(figure);
  const alt = escapeHtml(alternativeText(figure));
  return `<img alt="${alt}" width="${width}" height="${height}" src="data:image/png;base64,${png.toString("base64")}">`;
}

async function provenance(seed: number | undefined, date: Date): Promise<string> {
  const { version } = packageManifest();
  const { backend, tensorflow, tfjs, node, threads } = await backendInfo();
  const parts = [
    `intrinsic-params ${version}`,
    backend === "tensorflow"
      ? `TensorFlow ${tensorflow}, ${threads} threads`
      : "TensorFlow in pure JavaScript",
    `TensorFlow.js ${tfjs}`,
    `Node ${node.replace(/^v/, "")}, ${platform()} ${arch()}`,
    date
      .toISOString()
      .replace(/:\d\d\.\d+Z$/, " UTC")
      .replace("T", " "),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ];
  return parts.join(" · ");
}

/** A whole page; the policy in its head makes browsers refuse anything from elsewhere. */
function page(title: string, body: readonly string[], footer: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #222; background: #fff }
img { display: block; max-width: 100%; height: auto; margin: 1rem 0 }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem }
caption { text-align: left; font-weight: bold; padding: 0.2rem 0 }
th, td { padding: 0.2rem 0.8rem; border-bottom: 1px solid #ccc }
footer { margin-top: 2rem; padding-top: 0.5rem; border-top: 1px solid #ccc; font-size: 0.8rem; color: #555 }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body.join("\n")}
<footer>${escapeHtml(footer)}</footer>
</body>
</html>
`;
}
