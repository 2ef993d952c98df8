/** The key under which a bundle keeps its metadata by mime type, such as an image's width and height in CSS pixels. */
export const bundleMetadata = Symbol.for("intrinsic-params.metadata");

/** Mime type → content, as Jupyter shows it: text, base64 of an image, or a JSON object. */
export type MimeBundle = { [mimeType: string]: unknown; [bundleMetadata]?: { [mimeType: string]: object } };

/** The key of a method by which a value shows itself: it gives a mime bundle or a promise of one, as in Deno's kernel. */
export const jupyterDisplay = Symbol.for("Jupyter.display");
