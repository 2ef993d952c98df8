import { build } from "esbuild";

/**
 * Bundles modules for a browser as an outsider would: no plugin, no stub, no alias.
 * @param {{ contents: string, resolveDir: string, minify?: boolean }} entry
 * @returns {Promise<{ text: string, inputs: string[] }>} one script, and the files that it was made of
 */
export async function bundle({ contents, resolveDir, minify = false }) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir, loader: "ts" },
    bundle: true,
    minify,
    write: false,
    metafile: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    logLevel: "silent",
  });
  return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs) };
}
