import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../../cells/diagnostic";
import { present } from "../../common/present";
import { diagnosticsOf } from "./diagnosticsOf";
import type { NativeCompiler, OpenedFile } from "./nativeCompiler";

/** What may stand behind the name of a module beside the notebook. */
const endings = ["", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".json", "/index.ts", "/index.js"];

/** The TypeScript and JavaScript files that cells import from the notebook's folder and those around it. */
export class CheckedFiles {
  readonly #directory: string;
  /** When each was changed, in milliseconds; 0 for one that a cell has asked for and that was not there. */
  readonly #times = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = realpathSync(directory);
  }

  /** Tells the compiler which of the files have changed or are new. */
  async update(compiler: NativeCompiler): Promise<void> {
    const changes: { path: string; isNew: boolean }[] = [];
    for (const [path, before] of this.#times) {
      const now = await changedAt(path);
      if (now === before) continue;
      this.#times.set(path, now);
      changes.push({ path, isNew: before === 0 });
    }
    if (changes.length > 0) compiler.changed(changes);
  }

  /** The errors in the files that a cell with these imports reads. */
  async diagnostics({ program }: OpenedFile, imports: readonly string[]): Promise<Diagnostic[]> {
    const beside = imports.filter((specifier) => specifier.startsWith(".") || isAbsolute(specifier));
    if (beside.length === 0) return [];
    const files = (await program.getSourceFileNames()).filter((path) => this.#isBeside(path));
    for (const path of [...files, ...beside.flatMap((specifier) => this.#candidates(specifier))])
      if (!this.#times.has(path)) this.#times.set(path, await changedAt(path));
    const found = await Promise.all(
      files.map(async (path) => {
        const [source, syntactic, semantic] = await Promise.all([
          program.getSourceFile(path),
          program.getSyntacticDiagnostics(path),
          program.getSemanticDiagnostics(path),
        ]);
        const { text } = present(source, path);
        return diagnosticsOf(
          syntactic.length > 0 ? syntactic : semantic,
          text,
          0,
          relative(this.#directory, path),
        );
      }),
    );
    return found.flat();
  }

  #candidates(specifier: string): string[] {
    return endings.map((ending) => resolve(this.#directory, specifier) + ending);
  }

  /** As before, errors in folders above the notebook's are not the reader's. */
  #isBeside(path: string): boolean {
    const within = relative(this.#directory, path);
    const parts = within.split(sep);
    return (
      !isAbsolute(within) &&
      parts[0] !== ".." &&
      !parts.includes("node_modules") &&
      !path.endsWith(".d.ts") &&
      !path.endsWith(".json")
    );
  }
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === "ENOENT" ||
      (error as NodeJS.ErrnoException).code === "ENOTDIR"
    )
      return 0;
    throw error;
  }
}
