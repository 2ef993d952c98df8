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
    return `<pre class="error" role="alert">${escapeHtml(output.traceback.join("\n"))}</pre>`;
  const { data, metadata } = output;
  if (PLOTLY in data) return figure(data, metadata);
  if (typeof data["text/html"] === "string")
    return `<div class="html" tabindex="0">${data["text/html"]}</div>`;
  if (typeof data["image/svg+xml"] === "string") return `<div class="html">${data["image/svg+xml"]}</div>`;
  if (typeof data["image/png"] === "string")
    return `<img alt="" src="data:image/png;base64,${escapeHtml(data["image/png"].replace(/\s/g, ""))}">`;
  return `<pre class="text" tabindex="0">${escapeHtml(String(data["text/plain"] ?? ""))}</pre>`;
}
