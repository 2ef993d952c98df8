import type * as Esbuild from "esbuild";
import MagicString from "magic-string";
import { asModule, transpileOptions } from "../../cells/transpileOptions";
import type { JsxOptions } from "../types/checkedFolder";

/** A part of a text, in UTF-16 units. */
export type Range = { readonly start: number; readonly end: number };

/** JavaScript, and the source maps, as JSON, that lead from it to the TypeScript, one after the other. */
export type Transpiled = { js: string; maps: string[] };

/** Turns a cell's TypeScript into JavaScript modules, without checking types. */
export class Transpiler {
  #esbuild: Promise<typeof Esbuild> | undefined;

  /**
   * Transpiles a cell; with `jsx`, it may contain JSX. `value` is the expression that it ends in, if any.
   * @throws esbuild's error for code that it cannot read.
   */
  async transpile(code: string, options: { jsx?: JsxOptions; value?: Range } = {}): Promise<Transpiled> {
    this.#esbuild ??= import("esbuild");
    const esbuild = await this.#esbuild;
    const marked = options.value && keep(code, options.value);
    const transform = () =>
      esbuild.transform(
        asModule(marked?.code ?? code),
        options.jsx ? withJsx(options.jsx) : transpileOptions,
      );
    const { code: js, map } = await transform().catch(async (error: unknown) => {
      if (isFailureOfCode(error)) throw error;
      // esbuild's process has ended, for instance by a signal to all processes of the kernel; it starts another only then.
      await esbuild.stop();
      return transform();
    });
    return { js, maps: marked ? [map, marked.map] : [map] };
  }

  /** Ends esbuild's service. */
  async close(): Promise<void> {
    await (await this.#esbuild)?.stop();
  }
}

function isFailureOfCode(error: unknown): boolean {
  return Array.isArray((error as Partial<Esbuild.TransformFailure>).errors);
}

/** Keeps the value of a cell: esbuild leaves out a statement that is only a constant, such as `-1` or `"a" + "b"`. */
function keep(code: string, { start, end }: Range): { code: string; map: string } {
  const marked = new MagicString(code).appendLeft(start, ";[(").appendRight(end, ")][0]");
  return { code: marked.toString(), map: marked.generateMap({ hires: true }).toString() };
}

function withJsx(jsx: JsxOptions): Esbuild.TransformOptions {
  const { compilerOptions } = transpileOptions.tsconfigRaw;
  const tsconfigRaw = { compilerOptions: { ...compilerOptions, ...jsx } } as Esbuild.TsconfigRaw;
  return { ...transpileOptions, loader: "tsx", tsconfigRaw };
}
