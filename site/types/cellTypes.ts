import * as ts from "typescript";
import { cellHints, errorCounter, type SyntaxNode } from "../../src/cells/cellHints";
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

/** White space and comments. */
const TRIVIA = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/;
const CANNOT_ASSIGN_TO_IMPORT = 2632;
const CANNOT_ASSIGN_TO_CONSTANT = 2588;

/**
 * Checks the types of cells by TypeScript itself. Each cell is a module; a later one imports the names that those above it
 * declare, behind its own code, so that no place in the code moves.
 */
export class CellTypes {
  readonly #texts: Map<string, string>;
  readonly #host: ts.CompilerHost;
  readonly #parsed = new Map<string, ts.SourceFile>();
  #program: ts.Program | undefined;

  /** `declarations` are TypeScript's own, `/lib/…`, and the library's, `/library/…`, by their paths. */
  constructor(declarations: ReadonlyMap<string, string>) {
    this.#texts = new Map(declarations);
    const texts = this.#texts;
    this.#host = {
      getSourceFile: (path, target) => {
        const text = texts.get(path);
        const before = this.#parsed.get(path);
        if (text === undefined || before?.text === text) return before;
        // Hints look upwards from a node, and cells with errors of syntax are not bound.
        const parsed = ts.createSourceFile(path, text, target, path.startsWith("/cells/"));
        this.#parsed.set(path, parsed);
        return parsed;
      },
      fileExists: (path) => texts.has(path),
      readFile: (path) => texts.get(path),
      directoryExists: (folder) =>
        folder === "/" || [...texts.keys()].some((path) => path.startsWith(`${folder}/`)),
      getDirectories: () => [],
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => "/lib/lib.esnext.d.ts",
      getDefaultLibLocation: () => "/lib",
      getCanonicalFileName: (path) => path,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile: (path) => {
        throw new Error(`Nothing is written where types are checked; ${path} was to be.`);
      },
    };
  }

  /** The errors in the last of the cells. */
  check(cells: readonly { id: string; code: string }[]): Diagnostic[] {
    const owners = new Map<string, { path: string; constant: boolean }>();
    for (const { id, code } of cells) {
      const path = `/cells/${id}.ts`;
      const names = declaredInCell(code);
      const others = new Map([...owners].filter(([name]) => !names.has(name)));
      this.#texts.set(path, code + linked(names, others));
      for (const [name, constant] of names) owners.set(name, { path, constant });
    }
    const last = cells[cells.length - 1];
    const path = `/cells/${last.id}.ts`;
    const program = ts.createProgram(
      cells.map(({ id }) => `/cells/${id}.ts`),
      OPTIONS,
      this.#host,
      this.#program,
    );
    this.#program = program;
    const file = program.getSourceFile(path);
    const syntax = program.getSyntacticDiagnostics(file);
    const found = syntax.length > 0 ? syntax : program.getSemanticDiagnostics(file);
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

  /** What a beginner may have meant, for each error of the last cell by its index. */
  async hints(
    cells: readonly { id: string; code: string }[],
    diagnostics: readonly Diagnostic[],
  ): Promise<Map<number, string>> {
    const { id, code } = cells[cells.length - 1];
    const above = cells.slice(0, -1);
    const file = this.#program?.getSourceFile(`/cells/${id}.ts`);
    if (!file) throw new Error(`The cell ${id} must have been checked; it has not.`);
    const { statements, text } = file;
    return cellHints(
      { syntax: syntaxOf(text), statements, offset: 0, code, diagnostics },
      errorCounter(async (changed) => this.check([...above, { id, code: changed }])),
    );
  }
}

/** The compiler's own answers about nodes; where a node begins, only its services would tell. */
const syntaxOf = (text: string) => ({
  isBinaryExpression: ts.isBinaryExpression,
  isExpression: ts.isExpression,
  isPropertyAccessExpression: ts.isPropertyAccessExpression,
  isPropertyAssignment: ts.isPropertyAssignment,
  isReturnStatement: ts.isReturnStatement,
  isVariableDeclaration: ts.isVariableDeclaration,
  start: ({ pos }: ts.Node) => pos + (TRIVIA.exec(text.slice(pos))?.[0].length ?? 0),
  forEachChild: (node: ts.Node, visit: (child: SyntaxNode) => void) =>
    ts.forEachChild(node, (child) => visit(child)),
});

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
