import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, parse, relative } from "node:path";
import {
  type BundledDeclarations,
  bundledDeclarations,
  type LibraryName,
  libraryNames,
} from "./bundledDeclarations";

const nodeTypes = "@types/node";
/** Packages that cells know wherever the notebook is. */
const always = ["tslab", nodeTypes];

/** The compiler's options for JSX. */
export type JsxOptions = {
  readonly jsx: string;
  readonly jsxFactory?: string;
  readonly jsxFragmentFactory?: string;
  readonly jsxImportSource?: string;
};

/** The packages that are offered after `from`; without a list, all that is installed is. */
const dependencies = { "intrinsic-params": "*" };

const load = createRequire(__filename);

/**
 * A temporary folder that stands for the notebook's, so that nothing is written beside the notebook: the cell's file lies in it
 * as deep as the notebook in the file system, each `node_modules` above the notebook is linked at its level, and `rootDirs`
 * lets relative imports find the notebook's files.
 */
export class CheckedFolder {
  readonly configuration: string;
  /** Names that cells use without writing them: the functions that JSX calls. */
  readonly implied: readonly string[];
  readonly cell: string;
  /** The notebook's folder. */
  readonly directory: string;
  readonly #temporary: string;

  readonly jsx: JsxOptions | undefined;
  /** The names of the library, if cells find it. */
  readonly libraryNames: readonly LibraryName[];
  readonly #bundled: BundledDeclarations | undefined;

  /** `jsx` are the compiler's options for JSX, if cells may contain it; `plainly`: declarations are read from their own files. */
  constructor(directory: string, { jsx, plainly }: { jsx: JsxOptions | undefined; plainly: boolean }) {
    this.jsx = jsx;
    this.implied = jsx
      ? [jsx.jsxFactory ?? "React", jsx.jsxFragmentFactory ?? "React"].map((name) => name.split(".")[0])
      : [];
    this.directory = realpathSync(directory);
    removeOrphans();
    this.#temporary = mkdtempSync(join(realpathSync(tmpdir()), `cells-${process.pid}-`));
    const { root } = parse(this.directory);
    const top = join(this.#temporary, "root");
    const linked = this.#link((path) => join(top, relative(root, path)));
    this.#bundled = plainly ? undefined : bundledDeclarations(linked);
    this.libraryNames = libraryNames(linked);
    const own = this.#linkOwn();
    // The first one that has Node's declarations counts.
    const folders = this.#bundled?.node === undefined ? [...linked, own] : [own, ...linked];
    const typeRoots = folders.map((modules) => slashed(join(modules, "@types")));
    this.cell = join(top, relative(root, this.directory), jsx ? "cell.tsx" : "cell.ts");
    this.configuration = join(this.#temporary, "tsconfig.json");
    const rootDirs = [top, root].map(slashed);
    const bundles = this.#bundled && { libReplacement: true, paths: this.#bundled.paths };
    const options = { ...compilerOptions, ...jsx, ...bundles, rootDirs, typeRoots };
    writeFileSync(this.cell, "export {};\n");
    writeFileSync(
      this.configuration,
      JSON.stringify({ compilerOptions: options, files: [slashed(this.cell)] }),
    );
    const manifest = join(this.directory, "package.json");
    const copy = join(dirname(this.cell), "package.json");
    if (existsSync(manifest)) copyFileSync(manifest, copy);
    else writeFileSync(copy, JSON.stringify({ private: true, dependencies }));
  }

  /** Whether a file is one that bundled declarations stand in for, so that its types are there twice. */
  isBundled(file: string): boolean {
    return this.#bundled?.covers(file) ?? false;
  }

  /** Links what is installed for the notebook, each `node_modules` where `mirrored` has its folder; gives the links. */
  #link(mirrored: (path: string) => string): string[] {
    mkdirSync(mirrored(this.directory), { recursive: true });
    const linked: string[] = [];
    for (let path = this.directory, child = ""; path !== child; [child, path] = [path, dirname(path)]) {
      const modules = join(path, "node_modules");
      if (!existsSync(modules)) continue;
      linked.push(join(mirrored(path), "node_modules"));
      symlinkSync(modules, join(mirrored(path), "node_modules"), "junction");
    }
    return linked;
  }

  /** Links what cells know wherever they are; gives the folder. */
  #linkOwn(): string {
    const own = join(this.#temporary, "node_modules");
    const link = (name: string, target: string) => {
      mkdirSync(dirname(join(own, name)), { recursive: true });
      symlinkSync(target, join(own, name), "junction");
    };
    for (const name of always) {
      const bundle = name === nodeTypes ? this.#bundled?.node : undefined;
      link(name, bundle ?? dirname(load.resolve(`${name}/package.json`)));
    }
    if (this.#bundled) link("@typescript", this.#bundled.typescript);
    return own;
  }

  remove(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}

/** Removes the folders of kernels that were killed before they could do so. */
function removeOrphans(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^cells-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be asked.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** As lax as tslab's, which the notebooks are written for; the library is that of JavaScript and Node, without a browser's. */
const compilerOptions = {
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  target: "esnext",
  lib: ["esnext"],
  types: ["node"],
  strict: false,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  allowJs: true,
  checkJs: true,
};
