import { readFileSync } from "node:fs";
import Module, { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { esbuild } from "./esbuild";
import { FilesBeside, isPath } from "./filesBeside";
import { interruptibly } from "./interruptibly";
import type { CellLocals } from "./notebookRunner";

type Namespace = Record<string, unknown>;

/** Loads what cells import, as seen from the notebook's folder. */
export class NotebookModules {
  readonly locals: CellLocals & { filename: string };
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
    if (specifier === "tslab") return this.#namespace(interruptibly(() => this.#require(specifier)));
    if (/^(?:data|https?|blob):/.test(specifier)) return importNatively(specifier, attributes);
    const id = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
    const file = await this.#find(id);
    const isJson = extname(file) === ".json" && attributes?.type === "json";
    if (isModule(file) || (attributes !== undefined && !isJson))
      return importNatively(isBuiltin(file) ? file : pathToFileURL(file).href, attributes);
    return this.#namespace(interruptibly(() => this.#require(isPath(id) ? id : file)));
  }

  #require(id: string): unknown {
    return withoutCell(this.locals.filename, () => this.#files.require(id, this.#natively));
  }

  async #find(id: string): Promise<string> {
    const forImport = () => resolveForImport(id, this.#directory);
    if (isForImport(id, this.#directory)) {
      const file = await forImport();
      if (file !== undefined) return file;
    }
    try {
      return withoutCell(this.locals.filename, () =>
        this.#files.resolve(id, this.#directory, this.#natively),
      );
    } catch (error) {
      const file = await forImport();
      if (file === undefined) throw error;
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

/** Whether Node loads a file as an ES module. */
function isModule(file: string): boolean {
  if (isBuiltin(file)) return false;
  const ending = extname(file);
  return ending === ".mjs" || (ending === ".js" && packageType(dirname(file)) === "module");
}

/** The field `type` of the package that a folder belongs to. */
function packageType(folder: string): unknown {
  const manifest = manifestIn(folder);
  const above = dirname(folder);
  return manifest || above === folder ? manifest?.type : packageType(above);
}

type Manifest = { type?: unknown; exports?: unknown; imports?: unknown };

/** The package.json in a folder, if there is one. */
function manifestIn(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
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
