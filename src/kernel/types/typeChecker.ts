import { cellHints, errorCounter, unknownNameHint } from "../../cells/cellHints";
import { CompilerError, compilerError, compilerTooSlow } from "../../cells/compilerError";
import type { Diagnostic } from "../../cells/diagnostic";
import { wordsOf } from "../../cells/wordsOf";
import { present } from "../../common/present";
import { bracketDepth } from "./bracketDepth";
import type { LibraryName } from "./bundledDeclarations";
import { CheckedFiles } from "./checkedFiles";
import type { JsxOptions } from "./checkedFolder";
import { type Completeness, completeness } from "./completeness";
import { type Completion, type CompletionItem, completionAt } from "./completion";
import { type Declaration, declarationsOf } from "./declaration";
import { type DeclaredName, declaredNames, literalText, type Meaning } from "./declaredNames";
import { diagnosticsOf } from "./diagnosticsOf";
import { type Hover, type Inspection, inspectionOf, type SignatureHelp } from "./inspection";
import { isConstant } from "./isConstant";
import type { LanguageServer } from "./languageServer";
import type { Ast, NativeDiagnostic, Node, SourceFile } from "./native";
import { NativeCompiler, type OpenedFile } from "./nativeCompiler";
import { NotebookNames, type Scope } from "./notebookNames";
import { treeDepth } from "./treeDepth";

/** Brackets that are nested deeper take the compiler minutes, or overflow its stack. */
const deepest = 1000;
/** Trees that are deeper take it minutes, too, or overflow its stack; a sum of so many terms is as deep. */
const deepestTree = 5000;
/** So many compilers may end at one request: code that ends each of them is refused. */
const restarts = 4;
/** The compiler is given up on a code that takes it longer, in milliseconds: so many, and for each character so many. */
const longest = 30_000;
const longestOfCharacter = 1 / 1000;

const unchecked = "// @ts-nocheck";

/** A cell whose types have been checked. */
export type CheckedCell = {
  readonly code: string;
  /** Its errors; the reasons of one follow it at the same position. */
  readonly diagnostics: readonly Diagnostic[];
  /** The identifiers in its code. */
  readonly words: ReadonlySet<string>;
  /** The place of the expression that it ends in, if that is only a constant. */
  readonly constant: { readonly start: number; readonly end: number } | undefined;
  /** The values and types that it declares at its top. */
  readonly names: ReadonlySet<string>;
  /** What later cells may know of it; none if it has errors. */
  readonly declarations: Promise<readonly Declaration[]>;
};

/** A cell as the compiler sees it now. */
type Read = OpenedFile & {
  readonly compiler: NativeCompiler;
  readonly ast: Ast;
  readonly code: string;
  readonly source: SourceFile;
  /** Where the cell's code begins in its file. */
  readonly offset: number;
  readonly scope: Scope;
  readonly declared: readonly DeclaredName[];
};
/** A text that the compiler has been given, and the places in it of offsets in the cell's code. */
type Asked = {
  readonly compiler: NativeCompiler;
  at(offset: number): Position;
};
/** A text that it is reading besides. */
type Text = Asked & { readonly opened: Promise<OpenedFile> };
type Opened = Read & {
  /** The modules that it names. */
  readonly imports: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Checks the types of cells one after the other, by TypeScript's native compiler; it never runs them. */
export class TypeChecker {
  readonly #directory: string;
  #names = new NotebookNames();
  readonly #files: CheckedFiles;
  #compiler: Promise<NativeCompiler> | undefined;
  #pid: number | undefined;
  #jsx: Promise<JsxOptions | undefined> | undefined;
  /** Whether declarations are read from their own files, because cells import some of these by themselves. */
  #plainly = false;
  #queue: Promise<unknown> = Promise.resolve();
  /** The trees and scopes of cells. */
  readonly #opened = new WeakMap<CheckedCell, Opened>();

  /** Imports are resolved from `directory`, the notebook's folder; `server` is the compiler's process, if it runs already. */
  constructor({ directory, server }: { readonly directory: string; readonly server?: LanguageServer }) {
    this.#directory = directory;
    if (server) this.#compiler = this.#start(server);
    this.#files = new CheckedFiles(directory);
  }

  /** Starts the compiler and loads the declarations that `code` needs, so that the first cell does not wait for them. */
  async preload(code: string): Promise<void> {
    await this.#serially(() => this.#open(code));
  }

  /** Checks a cell against what was kept of earlier ones; it changes nothing that later cells know. */
  async check(code: string): Promise<CheckedCell> {
    const cell = await this.#check(code);
    this.#opened.set(cell.result, cell.opened);
    return cell.result;
  }

  /** The compiler's process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#pid;
  }

  async #check(code: string): Promise<{ result: CheckedCell; opened: Opened }> {
    const checked = this.#serially(() => this.#open(code));
    const declarations = this.#serially(async () => {
      const { diagnostics, ...cell } = await checked;
      if (diagnostics.length > 0) return [];
      return this.#use(async (compiler) => {
        const { ast, source, declared, ...file } =
          compiler === cell.compiler ? cell : (await this.#read(compiler, code)).cell;
        return declarationsOf(ast, source, file, declared);
      });
    });
    // `keep` tells of its failure; a cell that is never kept has no need of it.
    declarations.catch(() => {});
    const opened = await checked;
    const result = {
      code,
      diagnostics: opened.diagnostics,
      get words() {
        return identifiers(opened);
      },
      constant: constantResult(opened),
      names: new Set(opened.declared.map(({ name }) => name)),
      declarations,
    };
    return { result, opened };
  }

  /** Lets later cells know what a cell has declared: functions and types, and the other names that its run has reached. */
  async keep(cell: CheckedCell, reached: ReadonlySet<string>): Promise<void> {
    const { scope, imports } = this.#openedOf(cell);
    const declarations = await cell.declarations;
    const kept = declarations.filter(({ name, needsRun }) => !needsRun || reached.has(name));
    this.#names.keep(kept, scope);
    // The compiler is slow where the list of modules changes; then it is so now, and not at the next cell.
    if (imports.length > 0) this.preload("").catch(() => {});
    this.#rest();
  }

  #openedOf(cell: CheckedCell): Opened {
    return present(this.#opened.get(cell), "A cell that this checker has checked");
  }

  /** What a beginner may have meant, for each error of a cell by its index; it must not have been kept. */
  hints(cell: CheckedCell): Promise<Map<number, string>> {
    const { ast, source, offset, code, diagnostics } = this.#openedOf(cell);
    const syntax = {
      ...ast,
      start: (node: Node) => node.getStart(source),
      forEachChild: (node: Node, visit: (child: Node) => void) => node.forEachChild(visit),
    };
    return cellHints({ syntax, statements: source.statements, offset, code, diagnostics }, (changed) =>
      this.#countErrors(changed),
    );
  }

  /** The hint for a name that a running cell did not find, if the library has it. */
  libraryHint(name: string): Promise<string | undefined> {
    return unknownNameHint(name, (code) => this.#countErrors(code));
  }

  /** Whether code can be run as it is. */
  async isComplete(code: string): Promise<Completeness> {
    if (bracketDepth(code) > deepest) return { status: "unknown" };
    return this.#serially(() =>
      this.#use(async (compiler) => {
        const header = this.#names.header(new Set(), new Map()).text;
        const { program, path } = await compiler.open(header + code);
        const errors = diagnosticsOf(await program.getSyntacticDiagnostics(path), code, header.length);
        return completeness(code, errors);
      }),
    );
  }

  /** What the code at an offset can be completed to. */
  complete(code: string, offset: number): Promise<Completion> {
    return this.#serially(async () => {
      const ask = ({ compiler, at }: Asked) => compiler.ask("completion", at(offset));
      const { seen, read, library } =
        isShallow(code) && declaresNothing(code)
          ? await this.#ask(code, ask)
          : await this.#look(code, ask).then(({ cell, seen }) => ({
              ...{ seen, library: cell.compiler.folder.libraryNames },
              read: async () => cell,
            }));
      const { items } = (seen ?? { items: [] }) as { items: CompletionItem[] };
      this.#rest();
      const known = { notebook: this.#names.all(), library };
      return completionAt(code, offset, items, known, async () => statementAt(await read(), offset));
    });
  }

  /** What is known of the name at an offset, or of the call in whose parentheses it is. */
  inspect(code: string, offset: number, detail: 0 | 1): Promise<Inspection> {
    return this.#serially(async () => {
      const { seen } = await this.#look(code, async ({ compiler, at }) => {
        const [hover, help] = await Promise.all([
          compiler.ask("hover", at(offset)),
          compiler.ask("signatureHelp", at(offset)),
        ]);
        return [hover || help || offset === 0 ? hover : await compiler.ask("hover", at(offset - 1)), help];
      });
      const [hover, help] = seen;
      this.#rest();
      return inspectionOf(hover as Hover, help as SignatureHelp, detail);
    });
  }

  /** The number of errors that a cell would have with this code. */
  readonly #countErrors = errorCounter(
    async (code) => (await this.#serially(() => this.#open(code))).diagnostics,
  );

  /** How the notebook's folder wants JSX to be compiled; undefined if cells cannot contain it. */
  jsx(): Promise<JsxOptions | undefined> {
    this.#jsx ??= this.#use(async ({ folder }) => folder.jsx);
    return this.#jsx;
  }

  /** Forgets everything that cells have declared. */
  forget(): Promise<void> {
    return this.#serially(async () => {
      this.#names = new NotebookNames();
    });
  }

  /** Ends the compiler and removes its files. */
  async close(): Promise<void> {
    await this.#serially(() => this.#end());
  }

  async #end(): Promise<void> {
    await this.#compiler?.then((compiler) => compiler.close());
    this.#compiler = undefined;
  }

  /** Nobody waits for the compiler now. */
  #rest(): void {
    this.#compiler?.then((compiler) => compiler.rest()).catch(() => {});
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    // Whoever awaits `result` hears of its failure; the next request is made all the same.
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Starts the compiler; when its process ends, the next request starts another. */
  #start(server?: LanguageServer): Promise<NativeCompiler> {
    const started = NativeCompiler.start(this.#directory, { server, plainly: this.#plainly });
    const over = () => {
      if (this.#compiler === started) this.#compiler = undefined;
    };
    started.then(({ ended }) => ended.catch(over), over);
    return started;
  }

  /** Works with the compiler on so many characters; if its process ends meanwhile, again with a new one. */
  async #use<T>(work: (compiler: NativeCompiler) => Promise<T>, characters = 0): Promise<T> {
    const patience = longest + characters * longestOfCharacter;
    for (let left = restarts; ; left--) {
      this.#compiler ??= this.#start();
      const started = this.#compiler;
      let timer: NodeJS.Timeout | undefined;
      let compiler: NativeCompiler | undefined;
      let noAnswer: CompilerError | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => {
            noAnswer = compilerTooSlow(patience);
            reject(noAnswer);
          }, patience);
          timer.unref();
        });
        compiler = await Promise.race([started, late]);
        this.#pid = compiler.pid;
        return await Promise.race([work(compiler), compiler.ended, late]);
      } catch (error) {
        if (error instanceof CompilerError && error !== noAnswer) throw error;
        compiler?.close();
        this.#compiler = undefined;
        if (noAnswer || left <= 0) throw compilerError(noAnswer ?? error);
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** Reads a cell, and what `look` asks the compiler about the same text. */
  #look<T>(code: string, look: (text: Text) => Promise<T>): Promise<{ cell: Read; seen: T }> {
    refuseTooDeep(code);
    return this.#use((compiler) => this.#read(compiler, code, look), code.length);
  }

  /** What `look` asks the compiler about code that declares nothing: there is no need to wait for its tree. */
  #ask<T>(
    code: string,
    look: (text: Asked) => Promise<T>,
  ): Promise<{ seen: T; library: readonly LibraryName[]; read: () => Promise<Read> }> {
    refuseTooDeep(code);
    return this.#use(async (compiler) => {
      const text = this.#textFor(compiler, code, new Map());
      await this.#files.update(compiler);
      compiler.change(text.whole);
      const seen = await look({ compiler, at: text.at });
      const read = () => this.#use(async (now) => (await this.#read(now, code)).cell);
      return { seen, library: compiler.folder.libraryNames, read };
    }, code.length);
  }

  /** What the compiler is given for a cell that declares some names itself. */
  #textFor(compiler: NativeCompiler, code: string, declared: ReadonlyMap<string, Meaning>) {
    const words = wordsOf(code);
    for (const word of compiler.folder.implied) words.add(word);
    const { text, scope } = this.#names.header(words, declared);
    const header = isUnchecked(code) ? `${unchecked}\n${text}` : text;
    const whole = header + code;
    const offset = header.length;
    return { whole, offset, scope, at: (given: number) => positionIn(whole, offset + given) };
  }

  /** `look` asks at once with the tree, so that the compiler need not be waited for twice, unless the tree may be too deep. */
  async #read<T = undefined>(
    compiler: NativeCompiler,
    code: string,
    look?: (text: Text) => Promise<T>,
  ): Promise<{ cell: Read; seen: T }> {
    const { ast } = compiler;
    const isSurelyShallow = isShallow(code);
    let declared = new Map<string, Meaning>();
    for (;;) {
      const { whole, offset, scope, at } = this.#textFor(compiler, code, declared);
      await this.#files.update(compiler);
      const opened = compiler.open(whole);
      const text = { compiler, opened, at };
      const early = isSurelyShallow ? look?.(text) : undefined;
      // Where it is not awaited below, something else has failed, or other code is asked for.
      early?.catch(() => {});
      const file = await opened;
      const source = present(await file.program.getSourceFile(file.path), "The cell's tree");
      if (!isSurelyShallow && treeDepth(source) > deepestTree) throw tooDeep();
      const found = declaredNames(ast, source, offset);
      const meanings = meaningsOf(found);
      const isNew = ([name, meaning]: [string, Meaning]) =>
        declared.get(name) !== meaning && this.#names.has(name);
      if (![...meanings].some(isNew)) {
        const cell = { ...file, compiler, ast, code, source, offset, scope, declared: found };
        return { cell, seen: (await (early ?? look?.(text))) as T };
      }
      declared = meanings;
    }
  }

  async #open(code: string): Promise<Opened> {
    refuseTooDeep(code);
    const opened = await this.#use(async (compiler) => {
      const { cell, seen } = await this.#read(compiler, code, errorsIn);
      const { source, offset } = cell;
      const [syntactic, semantic] = seen;
      const misspelt = diagnosticsOf(syntactic, code, offset);
      const own = misspelt.length > 0 ? misspelt : diagnosticsOf(semantic, code, offset);
      const imports = source.imports
        .filter((node) => node.getStart(source) >= offset)
        .map((node) => literalText(node, source));
      if (imports.length > 0 && (await hasTypesTwice(cell))) return undefined;
      const diagnostics = [...own, ...(await this.#files.diagnostics(cell, imports))];
      if (diagnostics.length === 0) for (const specifier of imports) this.#names.addModule(specifier);
      return { ...cell, imports, diagnostics };
    }, code.length);
    if (opened) return opened;
    this.#plainly = true;
    this.#names.resolvePlainly();
    await this.#end();
    return this.#open(code);
  }
}

/** Whether a cell imports files that bundled declarations stand in for: their classes would be two of each. */
async function hasTypesTwice({ compiler: { folder }, program }: Read): Promise<boolean> {
  return (await program.getSourceFileNames()).some((file) => folder.isBundled(file));
}

/** The syntactic and the semantic errors of a text. */
async function errorsIn({
  opened,
}: Text): Promise<[readonly NativeDiagnostic[], readonly NativeDiagnostic[]]> {
  const { program, path } = await opened;
  return Promise.all([program.getSyntacticDiagnostics(path), program.getSemanticDiagnostics(path)]);
}

function tooDeep(): Error {
  return compilerError(new RangeError("The code is nested too deeply."));
}

function refuseTooDeep(code: string): void {
  if (bracketDepth(code) > deepest) throw tooDeep();
}

/** Whether a cell says in a comment before its code that its types shall not be checked: in its file, that has to come first. */
function isUnchecked(code: string): boolean {
  const [comments] = /^(?:\s+|\/\/.*|\/\*[\s\S]*?\*\/)*/.exec(code) ?? [""];
  return /^\s*\/\/\/?\s*@ts-nocheck/m.test(comments);
}

/** Whether the tree of a code cannot be too deep. A character is no more than two levels, so most code need not be walked through. */
function isShallow(code: string): boolean {
  return 2 * code.length <= deepestTree;
}

/** Whether no word of a cell begins a declaration. */
function declaresNothing(code: string): boolean {
  const words = wordsOf(code);
  return !declaring.some((word) => words.has(word));
}

const declaring =
  "const let var using function class enum interface type namespace module declare global import export".split(
    " ",
  );

/** Where the statement at the cell's top begins that an offset is in. */
function statementAt({ ast, source, offset: start }: Read, offset: number): number | undefined {
  const at = [...source.statements].reverse().find((one) => one.getStart(source) <= start + offset);
  if (!at || ast.isImportDeclaration(at)) return undefined;
  return Math.max(0, at.getStart(source) - start);
}

type Position = { readonly line: number; readonly character: number };

function positionIn(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

function meaningsOf(declared: readonly DeclaredName[]): Map<string, Meaning> {
  const meanings = new Map<string, Meaning>();
  for (const { name, meaning } of declared) {
    const before = meanings.get(name) ?? meaning;
    meanings.set(name, before === meaning ? meaning : "both");
  }
  return meanings;
}

function constantResult({ ast, source, offset }: Read): CheckedCell["constant"] {
  const last = [...source.statements].at(-1);
  if (!last || last.end <= offset || !ast.isExpressionStatement(last)) return undefined;
  const { expression } = last;
  if (!isConstant(ast, source, expression)) return undefined;
  return { start: expression.getStart(source) - offset, end: expression.end - offset };
}

function identifiers({ ast, source, offset }: Read): Set<string> {
  const found = new Set<string>();
  const pending: Node[] = [...source.statements].filter(({ end }) => end > offset);
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ast.isIdentifier(node)) found.add(node.text);
    node.forEachChild((child) => void pending.push(child));
  }
  return found;
}
