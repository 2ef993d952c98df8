import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, parse, relative, resolve } from "node:path";

/** Packages that cells know wherever the notebook is. */
const always = ["tslab", "@types/node"];

const load = createRequire(__filename);

/**
 * A temporary folder that stands for the notebook's, so that nothing is written beside the notebook: the cell's file lies in it
 * as deep as the notebook in the file system, each `node_modules` above the notebook is linked at its level, and `rootDirs`
 * lets relative imports find the notebook's files.
 */
export class CheckedFolder {
  readonly configuration: string;
  readonly cell: string;
  /** The notebook's folder. */
  readonly directory: string;
  readonly #temporary: string;

  constructor(directory: string, jsx: object | undefined) {
    this.directory = resolve(directory);
    this.#temporary = mkdtempSync(join(tmpdir(), "cells-"));
    const top = join(this.#temporary, "root");
    const folder = this.#mirror(top);
    this.cell = join(folder, jsx ? "cell.tsx" : "cell.ts");
    this.configuration = join(folder, "tsconfig.json");
    writeFileSync(this.cell, "export {};\n");
    const rootDirs = [top, parse(this.directory).root];
    writeFileSync(
      this.configuration,
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...jsx, rootDirs }, files: [this.cell] }),
    );
  }

  #mirror(top: string): string {
    const { root } = parse(this.directory);
    const mirrored = (path: string) => join(top, relative(root, path));
    mkdirSync(mirrored(this.directory), { recursive: true });
    for (let path = this.directory; ; path = dirname(path)) {
      const modules = join(path, "node_modules");
      if (existsSync(modules)) symlinkSync(modules, join(mirrored(path), "node_modules"), "junction");
      if (path === root) break;
    }
    for (const name of always) {
      const link = join(this.#temporary, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(dirname(load.resolve(`${name}/package.json`)), link, "junction");
    }
    return mirrored(this.directory);
  }

  remove(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
  }
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
