import type { TransformOptions } from "esbuild";

/**
 * How esbuild makes JavaScript of a cell. Give it `asModule(code)`: a cell that speaks of `this`, `module` or `exports`
 * and has no import or export would otherwise be wrapped whole, as a CommonJS module.
 */
export const transpileOptions = {
  loader: "ts",
  format: "esm",
  target: "es2022",
  sourcemap: true,
  sourcefile: "cell.ts",
  supported: { "import-attributes": true, "top-level-await": true },
  tsconfigRaw: {
    compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true, target: "esnext" },
  },
} as const satisfies TransformOptions;

/** A cell's code as the text of an ES module, with the same lines and columns. */
export function asModule(code: string): string {
  return `${code}\nexport {};`;
}
