import type * as Esbuild from "esbuild";
import { esbuild } from "../../cells/esbuild";
import { asModule, transpileOptions } from "../../cells/transpileOptions";
import type { JsxOptions } from "../types/checkedFolder";

/** A part of a text, in UTF-16 units. */
export type Range = { readonly start: number; readonly end: number };

/** JavaScript, and the source map, as JSON, that leads from it to the TypeScript. */
export type Transpiled = { js: string; map: string };

/** Turns a cell's TypeScript into JavaScript modules, without checking types. */
export class Transpiler {
  #isUsed = false;

  /**
   * Transpiles a cell; with `jsx`, it may contain JSX. `constant` is the expression
   * that it ends in, if that is only a constant.
   * @throws esbuild's error for code that it cannot read.
   */
  async transpile(code: string, options: { jsx?: JsxOptions; constant?: Range } = {}): Promise<Transpiled> {
    this.#isUsed = true;
    const kept = options.constant ? withResult(code, options.constant) : code;
    const transform = () =>
      esbuild().transform(asModule(kept), options.jsx ? withJsx(options.jsx) : transpileOptions);
    const { code: js, map } = await transform().catch(async (error: unknown) => {
      if (isFailureOfCode(error)) throw error;
      // esbuild's process has ended, for instance by a signal to all processes of the kernel; it starts another only then.
      await esbuild().stop();
      return transform();
    });
    return { js, map };
  }

  /** Ends esbuild's service. */
  async close(): Promise<void> {
    if (this.#isUsed) await esbuild().stop();
  }
}

function isFailureOfCode(error: unknown): boolean {
  return Array.isArray((error as Partial<Esbuild.TransformFailure>).errors);
}

/**
 * Says a constant at the end once more, in a form that stays: esbuild leaves out a statement such as `-1` or `"a" + "b"`.
 * No place in the code moves by that.
 */
function withResult(code: string, { start, end }: Range): string {
  return `${code}\n;[(${code.slice(start, end)}\n)][0]`;
}

function withJsx(jsx: JsxOptions): Esbuild.TransformOptions {
  const { compilerOptions } = transpileOptions.tsconfigRaw;
  const tsconfigRaw = { compilerOptions: { ...compilerOptions, ...jsx } } as Esbuild.TsconfigRaw;
  return { ...transpileOptions, loader: "tsx", tsconfigRaw };
}
