import { readFileSync } from "node:fs";
import Module, { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { esbuild, FilesBeside, isPath } from "./filesBeside";
import { interruptibly } from "./interruptibly";
import type { CellLocals } from "./notebookRunner";

type Namespace = Record<string, unknown>;

/** Loads what cells import, as seen from the notebook's folder. */
export class NotebookModules {
  readonly locals: CellLocals;
  readonly #directory: string;
  readonly #files: FilesBeside;
  readonly #natively: NodeJS.Require;
  /** The exports of a CommonJS module as `import * as` gives them: always the same object. */
  readonly #namespaces = new WeakMap<object, Namespace>();

  /** `tslab` gives the module "tslab". */
  constructor(directory: string, tslab: () => object) {
    const filename = join(directory, "cell.ts");
    this.#directory = directory;
    this.#files = new FilesBeside(directory, tslab);
    this.#natively = createRequire(filename);
    const require = Object.assign((id: string) => this.#files.require(id, this.#natively), this.#natively);
    const module = Object.assign(new Module(filename), { filename, require });
    const url = pathToFileURL(filename).href;
    this.locals = {
      meta: { url, dirname: directory, filename, resolve: (specifier: string) => this.#address(specifier) },
      require,
      module,
      exports: module.exports,
      filename,
      dirname: directory,
    };
  }

  /** The module as `import * as` gives it: an ES module as it is, a CommonJS one with all its names. */
  async import(specifier: string, attributes?: Record<string, string>): Promise<Namespace> {
    if (specifier === "tslab")
      return this.#namespace(interruptibly(() => this.#files.require(specifier, this.#natively)));
    if (/^(?:data|https?|blob):/.test(specifier)) return importNatively(specifier, attributes);
    const id = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
    const file = await this.#find(id);
    const isJson = extname(file) === ".json" && attributes?.type === "json";
    if (isModule(file) || (attributes !== undefined && !isJson))
      return importNatively(isBuiltin(file) ? file : pathToFileURL(file).href, attributes);
    return this.#namespace(interruptibly(() => this.#files.require(isPath(id) ? id : file, this.#natively)));
  }

  async #find(id: string): Promise<string> {
    try {
      return this.#files.resolve(id, this.#directory, this.#natively);
    } catch (error) {
      // A package that only `import` may load.
      const file = await resolveForImport(id, this.#directory);
      if (file === undefined) throw withoutRequireStack(error);
      return file;
    }
  }

  #address(specifier: string): string {
    const file = this.#files.resolve(specifier, this.#directory, this.#natively);
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

/** Node's list of who has required a module names only the notebook's folder here. */
function withoutRequireStack(error: unknown): unknown {
  if (error instanceof Error) error.message = error.message.replace(/\nRequire stack:.*/s, "");
  return error;
}

function importNatively(
  specifier: string,
  attributes: Record<string, string> | undefined,
): Promise<Namespace> {
  const options = (attributes && { with: attributes }) as ImportCallOptions;
  return import(specifier, options) as Promise<Namespace>;
}

/** Whether Node loads a file as an ES module. */
function isModule(file: string): boolean {
  if (isBuiltin(file)) return false;
  const ending = extname(file);
  return ending === ".mjs" || (ending === ".js" && packageType(dirname(file)) === "module");
}

/** The field `type` of the package that a folder belongs to. */
function packageType(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { type?: unknown }).type;
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    const above = dirname(folder);
    return above === folder ? undefined : packageType(above);
  }
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
