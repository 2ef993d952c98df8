import { existsSync, readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, extname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { esbuild } from "./esbuild";
import { isModule } from "./isModule";
import { addSource } from "./source";

/** What TypeScript tries for a path without an extension, the first that is there. */
const endings = [".ts", ".tsx", ".js", ".jsx", ".json", "/index.ts", "/index.tsx", "/index.js"];

/** The sources that a path to JavaScript may stand for. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

type LoadedModule = Module & { _compile(code: string, filename: string): void };
type Extensions = Record<string, (module: LoadedModule, filename: string) => void>;

/**
 * Loads the files that cells name by their path: CommonJS, JSON, and TypeScript, which is compiled. A file is loaded anew
 * when it, or one that it imports by path, has changed.
 */
export class FilesBeside {
  readonly #directory: string;
  readonly #tslab: () => object;
  /** The text that each file had when it was loaded, and the files that it needs. */
  readonly #loaded = new Map<string, { text: string; needs: Set<string> }>();
  /** Called with each file that has to be loaded anew. */
  onForget: (file: string) => void = () => {};
  /** Whether who has asked for a file can wait for an ES module. */
  #canAwait = false;

  /** Files are named as seen from `directory`; `tslab` gives the module "tslab". */
  constructor(directory: string, tslab: () => object) {
    this.#directory = directory;
    this.#tslab = tslab;
    const { _extensions: extensions } = Module as unknown as { _extensions: Extensions };
    for (const ending of [".ts", ".tsx", ".mts", ".cts"])
      extensions[ending] = (module, filename) => this.#compile(module, filename);
  }

  /**
   * The module `id` for a cell, by the `require` of the cell's folder. With `canAwait`, throws `NeedsModules` for TypeScript
   * that awaits at its top, or imports an ES module by its path.
   */
  require(id: string, natively: NodeJS.Require, { canAwait = false } = {}): unknown {
    if (id === "tslab") return this.#tslab();
    const file = this.resolve(id, this.#directory, natively);
    if (!isPath(id)) return natively(file);
    this.begin(file);
    const before = this.#canAwait;
    this.#canAwait = canAwait;
    try {
      return natively(file);
    } finally {
      this.#canAwait = before;
    }
  }

  /** Prepares to load a file that a cell asks for: what has changed of all that it needs is loaded anew. */
  begin(file: string): void {
    this.#forgetChanged(file);
    this.#note(file);
  }

  /** Notes that a file needs another one. */
  need(file: string, needed: string): void {
    this.#note(file);
    this.#loaded.get(file)?.needs.add(needed);
    this.#note(needed);
  }

  /** The file that `id` means in a file of `folder`; the name itself for a module of Node's. */
  resolve(id: string, folder: string, natively: NodeJS.Require): string {
    if (!isPath(id)) return natively.resolve(id);
    const path = resolve(folder, id);
    const ending = extname(path);
    const stem = path.slice(0, path.length - ending.length);
    const candidates = [
      path,
      ...(sourcesOf[ending] ?? []).map((source) => stem + source),
      ...endings.map((one) => path + one),
    ];
    return candidates.find(isFile) ?? natively.resolve(path);
  }

  #compile(module: LoadedModule, filename: string): void {
    const text = readFileSync(filename, "utf8");
    const { code, map } = this.#transformed(filename, () =>
      esbuild().transformSync(text, {
        loader: filename.endsWith("x") ? "tsx" : "ts",
        format: "cjs",
        platform: "node",
        target: "es2022",
        sourcemap: true,
        sourcefile: filename,
        // Then `import()` finds TypeScript files, too.
        supported: { "dynamic-import": false },
        define: {
          "import.meta.url": JSON.stringify(pathToFileURL(filename).href),
          "import.meta.filename": JSON.stringify(filename),
          "import.meta.dirname": JSON.stringify(dirname(filename)),
        },
        tsconfigRaw: { compilerOptions: { alwaysStrict: true, target: "esnext" } },
        logLevel: "silent",
      }),
    );
    addSource(filename, relative(this.#directory, filename), text, [map]);
    const require = this.requireFor(filename);
    Object.assign(module, { require });
    module._compile(code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"), filename);
  }

  /** `require` in a TypeScript file. */
  requireFor(filename: string): (id: string) => unknown {
    const natively = createRequire(filename);
    return (id) => {
      if (id === "tslab") return this.#tslab();
      const file = this.resolve(id, dirname(filename), natively);
      if (isPath(id)) {
        this.need(filename, file);
        if (this.#canAwait && isModule(file)) throw new NeedsModules();
      }
      return natively(file);
    };
  }

  #transformed<T>(filename: string, transform: () => T): T {
    try {
      return transform();
    } catch (error) {
      if (!String(error).includes("Top-level await is")) throw error;
      if (this.#canAwait) throw new NeedsModules();
      const name = relative(this.#directory, filename);
      throw new Error(
        `${name} awaits at its top, so it cannot be required: import it, or write await import(…).`,
      );
    }
  }

  #note(file: string): void {
    if (!this.#loaded.has(file)) this.#loaded.set(file, { text: contentOf(file), needs: new Set() });
  }

  /** Forgets all that `file` needs and that has changed, and whatever needs such a file. */
  #forgetChanged(file: string): void {
    const reachable = new Set([file]);
    for (const one of reachable) for (const next of this.#loaded.get(one)?.needs ?? []) reachable.add(next);
    const old = new Set([...reachable].filter((one) => this.#hasChanged(one)));
    if (old.size === 0) return;
    for (let before = -1; before < old.size; ) {
      before = old.size;
      for (const one of reachable)
        if ([...(this.#loaded.get(one)?.needs ?? [])].some((next) => old.has(next))) old.add(one);
    }
    const { cache } = createRequire(__filename);
    for (const one of old) {
      delete cache[one];
      this.#loaded.delete(one);
      this.onForget(one);
    }
  }

  #hasChanged(file: string): boolean {
    const known = this.#loaded.get(file);
    return known !== undefined && known.text !== contentOf(file);
  }
}

/** Thrown where a file can only be loaded as an ES module. */
export class NeedsModules extends Error {}

/** Whether a module is named by its path. */
export function isPath(id: string): boolean {
  return /^(?:\.{0,2}\/|\.{1,2}$|[A-Za-z]:[\\/])/.test(id);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function contentOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "latin1") : "";
}
