import Module, { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CellHost, CellLocals } from "./cellHost";
import { esbuild } from "./esbuild";
import { FilesBeside, isPath, NeedsModules } from "./filesBeside";
import { forgetHalfLoadedModules } from "./halfLoadedModules";
import { interruptibly } from "./interruptibly";
import { isModule, manifestIn } from "./isModule";
import { ModulesBeside, type Namespace } from "./modulesBeside";

/** Loads what cells import, as seen from the notebook's folder. */
export class NotebookModules {
  readonly locals: CellLocals & { filename: string };
  readonly #files: FilesBeside;
  readonly #natively: NodeJS.Require;
  readonly #modules: ModulesBeside;
  /** The exports of a CommonJS module as `import * as` gives them: always the same object. */
  readonly #namespaces = new WeakMap<object, Namespace>();

  /** `tslab` gives the module "tslab"; `compile` makes functions of scripts. */
  constructor(directory: string, tslab: () => object, compile: CellHost["compile"]) {
    const filename = join(directory, "cell.ts");
    this.#files = new FilesBeside(directory, tslab);
    this.#natively = createRequire(filename);
    this.#modules = new ModulesBeside({
      ...{ directory, compile },
      import: (specifier, attributes, importers) => this.#importFor(importers, specifier, attributes),
      resolve: (specifier, file) => this.#address(specifier, file),
      requireFor: (file) => this.#files.requireFor(file),
    });
    this.#files.onForget = (file) => this.#modules.forget(file);
    const { resolve } = this.#natively;
    const require = Object.assign((id: string) => this.#require(id), this.#natively, {
      resolve: Object.assign(
        (id: string, options?: Parameters<typeof resolve>[1]) =>
          options === undefined
            ? withoutCell(filename, () => this.#files.resolve(id, directory, this.#natively))
            : resolve(id, options),
        { paths: resolve.paths },
      ),
    });
    const module = Object.assign(new Module(filename), { filename, require });
    const url = pathToFileURL(filename).href;
    this.locals = {
      meta: {
        url,
        dirname: directory,
        filename,
        resolve: (specifier: string) => this.#address(specifier, filename),
      },
      require,
      module,
      exports: module.exports,
      filename,
      dirname: directory,
    };
  }

  /** The module as `import * as` gives it: an ES module as it is, a CommonJS one with all its names. */
  import(specifier: string, attributes?: Record<string, string>): Promise<Namespace> {
    return this.#importFor([], specifier, attributes);
  }

  /** Forgets the modules whose loading a Stop has ended, so that the next import loads them completely. */
  forgetHalfLoaded(): void {
    forgetHalfLoadedModules();
    this.#modules.forgetHalfLoaded();
  }

  /** The module for a cell, or for the last of the files beside the notebook that wait for it. */
  async #importFor(
    importers: readonly string[],
    specifier: string,
    attributes?: Record<string, string>,
  ): Promise<Namespace> {
    if (specifier === "tslab") return this.#namespace(interruptibly(() => this.#require(specifier)));
    if (/^(?:data|https?|blob):/.test(specifier)) return importNatively(specifier, attributes);
    const importer = importers.at(-1) ?? this.locals.filename;
    const id = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
    const file = await this.#find(id, importer);
    const isJson = extname(file) === ".json" && attributes?.type === "json";
    const isBeside = isPath(id) && !file.split(sep).includes("node_modules");
    if (attributes !== undefined && !isJson)
      return importNatively(isBuiltin(file) ? file : pathToFileURL(file).href, attributes);
    if (isBeside) {
      if (importers.length > 0) this.#files.need(importer, file);
      return this.#importBeside(file, importers);
    }
    if (isModule(file)) return importNatively(pathToFileURL(file).href, undefined);
    return this.#namespace(interruptibly(() => this.#require(file)));
  }

  /** A file beside the notebook. What it needs is looked after only where a cell asks for it. */
  async #importBeside(file: string, importers: readonly string[]): Promise<Namespace> {
    if (importers.length === 0) this.#files.begin(file);
    if (!isModule(file) && !this.#modules.has(file)) {
      try {
        return this.#namespace(interruptibly(() => this.#require(file, true)));
      } catch (error) {
        if (!(error instanceof NeedsModules)) throw error;
      }
    }
    return this.#modules.load(file, importers);
  }

  #require(id: string, canAwait = false): unknown {
    return withoutCell(this.locals.filename, () => this.#files.require(id, this.#natively, { canAwait }));
  }

  async #find(id: string, importer: string): Promise<string> {
    const folder = dirname(importer);
    const forImport = () => resolveForImport(id, folder);
    if (isForImport(id, folder)) {
      const file = await forImport();
      if (file !== undefined) return file;
    }
    try {
      return withoutCell(importer, () => this.#files.resolve(id, folder, createRequire(importer)));
    } catch (error) {
      const file = await forImport();
      if (file === undefined) throw error;
      return file;
    }
  }

  #address(specifier: string, importer: string): string {
    const file = this.#files.resolve(specifier, dirname(importer), createRequire(importer));
    if (!isBuiltin(file)) return pathToFileURL(file).href;
    return file.startsWith("node:") ? file : `node:${file}`;
  }

  #namespace(exports: unknown): Namespace {
    if ((typeof exports !== "object" || exports === null) && typeof exports !== "function")
      return { default: exports };
    if ("__esModule" in exports && exports.__esModule) return exports as Namespace;
    const known = this.#namespaces.get(exports);
    if (known) return known;
    const namespace: Namespace = Object.create(null);
    for (const key of Object.keys(exports).filter((one) => one !== "default"))
      Object.defineProperty(namespace, key, { enumerable: true, get: () => (exports as Namespace)[key] });
    Object.defineProperty(namespace, "default", { enumerable: true, value: exports });
    this.#namespaces.set(exports, namespace);
    return namespace;
  }
}

/** Does `work`; where it does not find a module, Node's list of the files that asked for it is without the cell's, which is none. */
function withoutCell<T>(cell: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND")
      error.message = error.message.replace(`\n- ${cell}`, "").replace(/\nRequire stack:$/, "");
    throw error;
  }
}

function importNatively(
  specifier: string,
  attributes: Record<string, string> | undefined,
): Promise<Namespace> {
  const options = (attributes && { with: attributes }) as ImportCallOptions;
  return import(specifier, options) as Promise<Namespace>;
}

/** Whether a package, or one of this folder's own `#` names, has files that only `import` is given. */
function isForImport(id: string, folder: string): boolean {
  if (isPath(id) || isBuiltin(id)) return false;
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(id) ?? [];
  const within = id.startsWith("#") ? "" : join("node_modules", name ?? "");
  for (let [path, below] = [folder, ""]; path !== below; [path, below] = [dirname(path), path]) {
    const manifest = manifestIn(join(path, within));
    if (manifest) return /"import":/.test(JSON.stringify([manifest.exports, manifest.imports]));
  }
  return false;
}

/** The file that Node's `import` finds for a package; `require.resolve` does not know what is only for `import`. */
async function resolveForImport(id: string, folder: string): Promise<string | undefined> {
  let found: string | undefined;
  await esbuild().build({
    stdin: { contents: "" },
    write: false,
    platform: "node",
    conditions: [],
    logLevel: "silent",
    plugins: [
      {
        name: "resolve",
        setup(build) {
          build.onStart(async () => {
            const { path, errors } = await build.resolve(id, {
              resolveDir: folder,
              kind: "import-statement",
            });
            if (errors.length === 0) found = path;
          });
        },
      },
    ],
  });
  return found;
}
