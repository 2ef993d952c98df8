import ts from "typescript";
import type { Diagnostic } from "../../src/cells/diagnostic";
import { declaredInCell } from "./declaredInCell";

/** The compiler's options for cells: the kernel's, with what a worker of a page has. */
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  target: ts.ScriptTarget.ESNext,
  lib: ["lib.esnext.d.ts", "lib.webworker.d.ts"],
  types: [],
  strict: false,
  skipLibCheck: true,
  noEmit: true,
  paths: { "intrinsic-params": ["/library/index.d.ts"] },
};

const CANNOT_ASSIGN_TO_IMPORT = 2632;
const CANNOT_ASSIGN_TO_CONSTANT = 2588;

/**
 * Checks the types of cells by TypeScript itself. Each cell is a module; a later one imports the names that those above it
 * declare, behind its own code, so that no place in the code moves.
 */
export class CellTypes {
  readonly #files: Map<string, { text: string; version: number }>;
  readonly #service: ts.LanguageService;

  /** `declarations` are TypeScript's own, `/lib/…`, and the library's, `/library/…`, by their paths. */
  constructor(declarations: ReadonlyMap<string, string>) {
    this.#files = new Map([...declarations].map(([path, text]) => [path, { text, version: 0 }]));
    const files = this.#files;
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => OPTIONS,
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => "/lib/lib.esnext.d.ts",
      getScriptFileNames: () => [...files.keys()].filter((path) => path.startsWith("/cells/")),
      getScriptVersion: (path) => String(files.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const file = files.get(path);
        return file && ts.ScriptSnapshot.fromString(file.text);
      },
      fileExists: (path) => files.has(path),
      readFile: (path) => files.get(path)?.text,
      directoryExists: (folder) =>
        folder === "/" || [...files.keys()].some((path) => path.startsWith(`${folder}/`)),
      getDirectories: () => [],
    };
    this.#service = ts.createLanguageService(host);
  }

  /** The errors in the last of the cells. */
  check(cells: readonly { id: string; code: string }[]): Diagnostic[] {
    const owners = new Map<string, { path: string; constant: boolean }>();
    for (const { id, code } of cells) {
      const path = `/cells/${id}.ts`;
      const names = declaredInCell(code);
      const others = new Map([...owners].filter(([name]) => !names.has(name)));
      this.#put(path, code + linked(names, others));
      for (const [name, constant] of names) owners.set(name, { path, constant });
    }
    const last = cells[cells.length - 1];
    const path = `/cells/${last.id}.ts`;
    const syntax = this.#service.getSyntacticDiagnostics(path);
    const found = syntax.length > 0 ? syntax : this.#service.getSemanticDiagnostics(path);
    return found
      .filter(
        ({ start = 0, category }) => category === ts.DiagnosticCategory.Error && start <= last.code.length,
      )
      .flatMap((one) => {
        if (one.code !== CANNOT_ASSIGN_TO_IMPORT) return diagnosticsOf(one, last.code);
        const name = last.code.slice(one.start, (one.start ?? 0) + (one.length ?? 0));
        if (!owners.get(name)?.constant) return [];
        const messageText = `Cannot assign to '${name}' because it is a constant.`;
        return diagnosticsOf({ ...one, messageText, code: CANNOT_ASSIGN_TO_CONSTANT }, last.code);
      });
  }

  #put(path: string, text: string): void {
    const before = this.#files.get(path);
    if (before?.text !== text) this.#files.set(path, { text, version: (before?.version ?? 0) + 1 });
  }
}

/** What stands behind a cell's code: its names for later cells, and the names of earlier ones. */
function linked(names: ReadonlyMap<string, boolean>, others: ReadonlyMap<string, { path: string }>): string {
  const from = new Map<string, string[]>();
  for (const [name, { path }] of others) from.set(path, [...(from.get(path) ?? []), name]);
  const imports = [...from].map(
    ([path, list]) => `import { ${list.join(", ")} } from "${path.replace(/\.ts$/, "")}";`,
  );
  return `\n;export { ${[...names.keys()].join(", ")} };${imports.join("")}`;
}

/** A diagnostic and the reasons that TypeScript gives for it, one after the other at the same place. */
function diagnosticsOf(
  {
    start = 0,
    length = 1,
    messageText,
    category,
    code,
  }: Pick<ts.Diagnostic, "start" | "length" | "messageText" | "category" | "code">,
  text: string,
): Diagnostic[] {
  const at = (offset: number) => {
    const before = text.slice(0, offset).split("\n");
    return { offset, line: before.length - 1, character: before[before.length - 1].length };
  };
  const place = { start: at(start), end: at(Math.min(text.length, start + length)) };
  const flat = (chain: string | ts.DiagnosticMessageChain): { text: string; code: number }[] =>
    typeof chain === "string"
      ? [{ text: chain, code }]
      : [{ text: chain.messageText, code: chain.code }, ...(chain.next ?? []).flatMap(flat)];
  return flat(messageText).map((one) => ({ ...place, category, messageText: one.text, code: one.code }));
}
