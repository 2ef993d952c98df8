/** Under this key a bundle carries its metadata, by mime type: an image's width and height in CSS pixels, say. */
export const bundleMetadata = Symbol.for("intrinsic-params.metadata");

/** Mime type → content, as Jupyter shows it: text, base64 of an image, or a JSON object. */
export type MimeBundle = { [mimeType: string]: unknown; [bundleMetadata]?: { [mimeType: string]: object } };

/** A value with this method shows itself: it returns its mime bundle or a promise of it (the convention of Deno's kernel). */
export const jupyterDisplay = Symbol.for("Jupyter.display");
