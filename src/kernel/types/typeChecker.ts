import type { Diagnostic } from "../../cells/diagnostic";
import { present } from "../../common/present";
import { CheckedFolder } from "./checkedFolder";
import { type Declaration, declarationsOf } from "./declaration";
import { type DeclaredName, declaredNames, literalText, type Meaning } from "./declaredNames";
import { diagnosticsOf } from "./diagnosticsOf";
import type { Ast, Node, SourceFile } from "./native";
import { NativeCompiler, type OpenedFile } from "./nativeCompiler";
import { NotebookNames } from "./notebookNames";
import { wordsOf } from "./wordsOf";

/** A cell whose types have been checked. */
export type CheckedCell = {
  readonly code: string;
  /** Its errors; the reasons of one follow it at the same position. */
  readonly diagnostics: readonly Diagnostic[];
  /** The identifiers in its code. */
  readonly words: ReadonlySet<string>;
  /** The values and types that it declares at its top. */
  readonly names: ReadonlySet<string>;
  /** What later cells may know of it; none if it has errors. */
  readonly declarations: Promise<readonly Declaration[]>;
};

/** A cell as the compiler sees it now. */
type Opened = OpenedFile & {
  readonly ast: Ast;
  readonly code: string;
  readonly source: SourceFile;
  /** Where the cell's code begins in its file. */
  readonly offset: number;
  readonly declared: readonly DeclaredName[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Checks the types of cells one after the other, by TypeScript's native compiler; it never runs them. */
export class TypeChecker {
  readonly #directory: string;
  readonly #names = new NotebookNames();
  #compiler: Promise<NativeCompiler> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** Imports are resolved from `directory`, the notebook's folder. */
  constructor({ directory }: { readonly directory: string }) {
    this.#directory = directory;
  }

  /** Starts the compiler and loads the declarations that `code` needs, so that the first cell does not wait for them. */
  async preload(code: string): Promise<void> {
    await this.#serially(() => this.#open(code));
  }

  /** Checks a cell against what was kept of earlier ones; it changes nothing that later cells know. */
  async check(code: string): Promise<CheckedCell> {
    const opened = this.#serially(() => this.#open(code));
    const declarations = this.#serially(async () => {
      const { ast, source, declared, diagnostics, ...file } = await opened;
      return diagnostics.length > 0 ? [] : declarationsOf(ast, source, file, declared);
    });
    const { ast, source, offset, declared, diagnostics } = await opened;
    return {
      code,
      diagnostics,
      words: identifiers(ast, source, offset),
      names: new Set(declared.map(({ name }) => name)),
      declarations,
    };
  }

  /** Lets later cells know what a cell has declared: functions and types, and the other names that its run has reached. */
  async keep(cell: CheckedCell, reached: ReadonlySet<string>): Promise<void> {
    const declarations = await cell.declarations;
    this.#names.keep(declarations.filter(({ name, needsRun }) => !needsRun || reached.has(name)));
  }

  /** Ends the compiler and removes its files. */
  async close(): Promise<void> {
    await this.#serially(async () => {
      const compiler = await this.#compiler;
      await compiler?.close();
      compiler?.folder.remove();
    });
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    // Whoever awaits `result` hears of its failure; the next request is made all the same.
    this.#queue = result.catch(() => {});
    return result;
  }

  async #open(code: string): Promise<Opened> {
    this.#compiler ??= NativeCompiler.start(new CheckedFolder(this.#directory, undefined));
    const compiler = await this.#compiler;
    const { ast } = compiler;
    const words = wordsOf(code);
    let declared = new Map<string, Meaning>();
    for (;;) {
      const header = this.#names.header(words, declared);
      const file = await compiler.open(header + code);
      const { program, path } = file;
      const [syntactic, semantic, tree] = await Promise.all([
        program.getSyntacticDiagnostics(path),
        program.getSemanticDiagnostics(path),
        program.getSourceFile(path),
      ]);
      const source = present(tree, "The cell's tree");
      const offset = header.length;
      const found = declaredNames(ast, source, offset);
      const meanings = meaningsOf(found);
      if ([...meanings].some(([name, meaning]) => declared.get(name) !== meaning && this.#names.has(name))) {
        declared = meanings;
        continue;
      }
      const misspelt = diagnosticsOf(syntactic, code, offset);
      const diagnostics = misspelt.length > 0 ? misspelt : diagnosticsOf(semantic, code, offset);
      if (diagnostics.length === 0)
        for (const node of source.imports) this.#names.addModule(literalText(node, source));
      return { ...file, ast, code, source, offset, declared: found, diagnostics };
    }
  }
}

function meaningsOf(declared: readonly DeclaredName[]): Map<string, Meaning> {
  const meanings = new Map<string, Meaning>();
  for (const { name, meaning } of declared) {
    const before = meanings.get(name) ?? meaning;
    meanings.set(name, before === meaning ? meaning : "both");
  }
  return meanings;
}

function identifiers(ast: Ast, source: SourceFile, offset: number): Set<string> {
  const found = new Set<string>();
  const pending: Node[] = [...source.statements].filter(({ end }) => end > offset);
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ast.isIdentifier(node)) found.add(node.text);
    node.forEachChild((child) => void pending.push(child));
  }
  return found;
}
