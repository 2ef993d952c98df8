import type * as Esbuild from "esbuild";
import { asModule, transpileOptions } from "../../cells/transpileOptions";
import type { JsxOptions } from "../types/checkedFolder";

/** Turns a cell's TypeScript into JavaScript modules, without checking types. */
export class Transpiler {
  #esbuild: Promise<typeof Esbuild> | undefined;

  /** JavaScript and its source map as JSON; with `jsx`, cells may contain JSX. @throws esbuild's error for code that it cannot read. */
  async transpile(code: string, jsx: JsxOptions | undefined): Promise<{ js: string; map: string }> {
    this.#esbuild ??= import("esbuild");
    const esbuild = await this.#esbuild;
    const { code: js, map } = await esbuild.transform(asModule(code), jsx ? withJsx(jsx) : transpileOptions);
    return { js, map };
  }

  /** Ends esbuild's service. */
  async close(): Promise<void> {
    await (await this.#esbuild)?.stop();
  }
}

function withJsx(jsx: JsxOptions): Esbuild.TransformOptions {
  const { compilerOptions } = transpileOptions.tsconfigRaw;
  const tsconfigRaw = { compilerOptions: { ...compilerOptions, ...jsx } } as Esbuild.TsconfigRaw;
  return { ...transpileOptions, loader: "tsx", tsconfigRaw };
}
