import { transform } from "sucrase";

/**
 * Makes JavaScript of a cell's TypeScript, line by line, and a source map; types are not checked.
 * @throws SyntaxError for code that cannot be read.
 */
export function transpile(code: string): { js: string; map: string } {
  const { code: js, sourceMap } = transform(code, {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: true,
    filePath: "cell.ts",
    sourceMapOptions: { compiledFilename: "cell.js" },
  });
  return { js, map: JSON.stringify(sourceMap) };
}
