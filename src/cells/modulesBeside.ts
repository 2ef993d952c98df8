import { readFileSync } from "node:fs";
import { dirname, extname, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type InspectOptions, inspect } from "node:util";
import type { CellHost } from "./cellHost";
import { esbuild } from "./esbuild";
import { executeModule } from "./executeModule";
import { moduleExports } from "./moduleExports";
import { NotebookScope } from "./notebookScope";
import { addSource } from "./source";
import { orElse } from "./textOf";
import { transpileOptions } from "./transpileOptions";

/** A module as `import * as` gives it. */
export type Namespace = Record<string, unknown>;

/** What a module beside the notebook needs of whoever loads all modules. */
type Surroundings = {
  /** Files are named as seen from here. */
  directory: string;
  compile: CellHost["compile"];
  /** A module, as seen from a file; `importers` wait for it, the file last. */
  import(
    specifier: string,
    attributes: Record<string, string> | undefined,
    importers: readonly string[],
  ): Promise<Namespace>;
  resolve(specifier: string, file: string): string;
  /** `require` in a TypeScript file; other modules have none. */
  requireFor(file: string): unknown;
};

type Loaded = { namespace: Namespace; ready: Promise<void>; isReady: boolean };

/**
 * Loads ES modules beside the notebook, and TypeScript files that await at their top. Node would keep each for ever, and
 * would not compile them. They run as cells do, each in a scope of its own; of modules in a circle, one sees the other's
 * exports before they have their values.
 */
export class ModulesBeside {
  readonly #around: Surroundings;
  readonly #loaded = new Map<string, Loaded>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  has(file: string): boolean {
    return this.#loaded.has(file);
  }

  /** The module that a file is; `importers` wait for it. */
  async load(file: string, importers: readonly string[]): Promise<Namespace> {
    const known = this.#loaded.get(file);
    if (known) {
      if (!importers.includes(file)) await known.ready;
      return known.namespace;
    }
    const namespace = Object.create(null) as Namespace;
    Object.defineProperties(namespace, { ...tag, [inspect.custom]: { value: inspected } });
    const ready = this.#execute(file, namespace, [...importers, file]);
    const loaded: Loaded = { namespace, ready, isReady: false };
    this.#loaded.set(file, loaded);
    try {
      await ready;
      loaded.isReady = true;
    } catch (error) {
      this.forget(file);
      throw error;
    }
    return namespace;
  }

  /** The next import loads this file anew. */
  forget(file: string): void {
    this.#loaded.delete(file);
  }

  /** Forgets the modules whose loading a Stop has ended. */
  forgetHalfLoaded(): void {
    for (const [file, { isReady }] of this.#loaded) if (!isReady) this.forget(file);
  }

  async #execute(file: string, namespace: Namespace, importers: readonly string[]): Promise<void> {
    const { directory, compile, resolve, requireFor, import: load } = this.#around;
    const code = readFileSync(file, "utf8");
    const ending = extname(file);
    const isTypeScript = /^\.[mc]?tsx?$/.test(ending);
    const { code: transpiled, map } = await esbuild().transform(code, {
      ...transpileOptions,
      loader: ending.endsWith("x") ? "tsx" : isTypeScript ? "ts" : "js",
      sourcefile: file,
      tsconfigRaw: { compilerOptions: { target: "esnext" } },
      logLevel: "silent",
    });
    const { js, map: toTranspiled, own, others } = moduleExports(transpiled);
    const scope = new NotebookScope();
    for (const [exported, local] of own) give(namespace, exported, () => scope.box(local).v);
    const seen = new Map<string, Namespace>();
    for (const { specifier, imported, exported } of others)
      if (exported !== undefined)
        give(namespace, exported, () =>
          imported === "*" ? seen.get(specifier) : seen.get(specifier)?.[imported],
        );
    const all = new Set(
      others.filter(({ exported }) => exported === undefined).map(({ specifier }) => specifier),
    );
    const host: Parameters<typeof executeModule>[0] = {
      compile,
      addSource,
      locals: {
        meta: {
          url: pathToFileURL(file).href,
          ...{
            filename: file,
            dirname: dirname(file),
            resolve: (specifier: string) => resolve(specifier, file),
          },
        },
        ...{ require: isTypeScript ? requireFor(file) : undefined, module: undefined, exports: undefined },
        ...(isTypeScript
          ? { filename: file, dirname: dirname(file) }
          : { filename: undefined, dirname: undefined }),
      },
      async importModule(specifier, attributes) {
        const module = await load(specifier, attributes, importers);
        seen.set(specifier, module);
        if (all.has(specifier))
          for (const name of Object.keys(module))
            if (name !== "default" && !(name in namespace)) give(namespace, name, () => module[name]);
        return module;
      },
    };
    await executeModule(host, scope, {
      ...{ name: file, title: relative(directory, file), code, js, maps: [toTranspiled, map] },
      words: new Set(js.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu)),
      unlessStopped() {},
    });
    Object.preventExtensions(namespace);
  }
}

const tag = { [Symbol.toStringTag]: { value: "Module" } };

/** As Node shows a module: its exports as they are now, not how they are read. */
function inspected(this: Namespace, _: number, options: InspectOptions): string {
  const shown: Namespace = Object.create(null, tag);
  for (const name of Object.keys(this)) shown[name] = orElse(() => this[name], "<uninitialized>");
  return inspect(shown, options);
}

function give(namespace: Namespace, name: string, get: () => unknown): void {
  Object.defineProperty(namespace, name, { enumerable: true, get });
}
