import { escapeHtml } from "../../src/show/notebook/escapeHtml";
import type { Bundle, Output } from "../worker/protocol";

/** The mime type of Plotly's figures. */
export const PLOTLY = "application/vnd.plotly.v1+json";

/**
 * An output as HTML without scripts. `figure` gives the HTML of a Plotly figure, which the build and a page make each in
 * its way.
 */
export function outputHtml(output: Output, figure: (data: Bundle, metadata: Bundle) => string): string {
  if (output.output_type === "stream")
    return `<pre class="stream ${output.name}" tabindex="0">${escapeHtml(output.text)}</pre>`;
  if (output.output_type === "error")
    return `<pre class="error" role="alert">${traceback(output.traceback.join("\n").split("\n"))}</pre>`;
  const { data, metadata } = output;
  if (PLOTLY in data) return figure(data, metadata);
  if (typeof data["text/html"] === "string")
    return `<div class="html" tabindex="0">${data["text/html"]}</div>`;
  if (typeof data["image/svg+xml"] === "string") return `<div class="html">${data["image/svg+xml"]}</div>`;
  if (typeof data["image/png"] === "string")
    return `<img alt="" src="data:image/png;base64,${escapeHtml(data["image/png"].replace(/\s/g, ""))}">`;
  return `<pre class="text" tabindex="0">${escapeHtml(String(data["text/plain"] ?? ""))}</pre>`;
}

/** Sentences are broken where the page ends; lines of code are not, for carets stand below their places. */
function traceback(lines: readonly string[]): string {
  const isCode = (line: string) => /^ {4}(?!at |hint: )/.test(line);
  const groups: string[][] = [];
  for (const [i, line] of lines.entries())
    if (i > 0 && isCode(line) === isCode(lines[i - 1])) groups[groups.length - 1].push(line);
    else groups.push([line]);
  return groups
    .map((group) => {
      const text = escapeHtml(group.join("\n"));
      return isCode(group[0]) ? `<span class="code" tabindex="0">${text}</span>` : `<span>${text}</span>`;
    })
    .join("");
}
