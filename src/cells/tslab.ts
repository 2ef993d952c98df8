import { createRequire } from "node:module";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import type * as ConverterModule from "tslab/dist/converter";
import type * as ExecutorModule from "tslab/dist/executor";
import type * as MetadataModule from "tslab/dist/metadata";
import { present } from "../common/present";
import { mapsOfOutput } from "./emittedMaps";
import { knowShorthand } from "./shorthand";

/** The tslab version whose internal classes this kernel is built on; they may change in any other. */
export const tslabVersion = "1.0.22";

const load = createRequire(__filename);

function checkVersion(): void {
  const { version } = load("tslab/package.json") as { version: string };
  if (version !== tslabVersion) {
    throw new Error(`The kernel needs tslab ${tslabVersion} exactly, found ${version}: run npm ci.`);
  }
}

/**
 * Replaces tslab's TypeScript by one that keeps source maps of both steps (TypeScript → ES module → CommonJS), so that
 * errors can name the reader's lines. It reads only Node's types, for a quicker start. It knows `await` outside
 * functions, where tslab's own takes `await (x)` for the call of a function.
 */
function adaptTypeScript(): typeof TypeScript {
  const id = createRequire(load.resolve("tslab/dist/converter")).resolve("@tslab/typescript-for-tslab");
  const typescript = load(id) as typeof TypeScript;
  const { visitEachChild, createProgram } = knowShorthand(typescript);
  present(load.cache[id], id).exports = {
    ...typescript,
    visitEachChild,
    createWatchCompilerHost: (roots: string[], options: object, system: object, _: null, ...rest: never[]) =>
      (typescript.createWatchCompilerHost as (...all: unknown[]) => unknown)(
        roots,
        { ...options, inlineSourceMap: true, types: ["node"], disableTopLevelAwait: false },
        system,
        createProgram,
        ...rest,
      ),
    transpileModule: (input: string, options: TypeScript.TranspileOptions) => {
      const first = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(input);
      if (!first) return typescript.transpileModule(input, options);
      const output = typescript.transpileModule(input.slice(0, first.index), {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
      });
      const outputText = output.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "");
      mapsOfOutput.set(outputText, {
        toTypeScript: Buffer.from(first[1], "base64").toString(),
        toModule: present(output.sourceMapText, "A source map"),
      });
      return { ...output, outputText };
    },
  };
  return typescript;
}

checkVersion();
export const typescript = adaptTypeScript();

export const { createConverter } = load("tslab/dist/converter") as typeof ConverterModule;
export const { getCodeMetadata } = load("tslab/dist/metadata") as typeof MetadataModule;
export const { createExecutor } = load("tslab/dist/executor") as typeof ExecutorModule;

export type Converter = ConverterModule.Converter;
export type ConvertResult = ConverterModule.ConvertResult;
export type { Diagnostic } from "./diagnostic";
export type Executor = ExecutorModule.Executor;
