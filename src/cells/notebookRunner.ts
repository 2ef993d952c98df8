import type { ErrorReport } from "./errorReport";
import { Interruption } from "./interruption";
import { NotebookScope } from "./notebookScope";
import { type CellBinding, type CellImport, failingImport, rewriteCell } from "./rewriteCell";

/** The result of a cell: the value of its last expression, if it ends in one, or an error. */
export type Outcome = { value?: unknown } | { error: ErrorReport };

/** A cell whose types have been checked, to run. */
export type CompiledCell = {
  /** Its number in the reader's notebook. */
  label: string;
  /** What the reader wrote. */
  code: string;
  /** The cell as JavaScript, an ES module. */
  js: string;
  /** The source map from `js` to `code`. */
  map: string;
  /** The identifiers of `code`. */
  words: ReadonlySet<string>;
  /** Aborts when the reader stops the cell. */
  signal: AbortSignal;
  /** Whether the reader has stopped the cell meanwhile, also if the signal could not tell. */
  stopped(): boolean;
};

/** What cells find in the place where they run: `import.meta`, and what a CommonJS module is given. */
export type CellLocals = {
  meta: object;
  require: unknown;
  module: unknown;
  exports: unknown;
  filename: string | undefined;
  dirname: string | undefined;
};

/** `import()` in a cell. */
type CellFunctionImport = (
  specifier: string,
  options?: { with?: Record<string, string> },
) => Promise<Record<string, unknown>>;

/** A cell's function: it shows its value in `cell.value`, and is asynchronous if the cell awaits. */
export type CellFunction = (
  cell: { box: NotebookScope["box"]; value?: unknown },
  importModule: CellFunctionImport,
  meta: object,
  require: unknown,
  module: unknown,
  exports: unknown,
  filename: string | undefined,
  dirname: string | undefined,
) => unknown;

/** What a runner of cells needs of the place where it runs: Node, or a browser's page. */
export type CellHost = {
  readonly locals: CellLocals;
  /** The function that `script` is, by the name that stack traces have for it; a Stop ends what it does. */
  compile(script: string, name: string): CellFunction;
  /** The module that a cell imports, as `import * as` gives it. */
  importModule(specifier: string, attributes?: Record<string, string>): Promise<Record<string, unknown>>;
  /** Remembers whence a script comes: its title for the reader, the reader's code, and the maps that lead to it. */
  addSource(name: string, title: string, code: string, maps: readonly string[]): void;
  /** Runs `work`, and rejects when `signal` aborts, whether it ends or not. */
  untilStopped<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T>;
  /** The report of what a cell has thrown. */
  report(thrown: unknown, signal: AbortSignal): Promise<ErrorReport>;
};

/** Runs the cells of a notebook one after the other in one scope. */
export class NotebookRunner {
  readonly scope = new NotebookScope();
  readonly #host: CellHost;

  constructor(host: CellHost) {
    this.#host = host;
  }

  /**
   * Runs a cell; anything that goes wrong becomes its outcome. `reached` are the names that it has initialised, also if
   * it has failed after that or was stopped.
   */
  async run(cell: CompiledCell): Promise<Outcome & { reached: string[] }> {
    const reached = new Set<string>();
    this.scope.reached = reached;
    const outcome = await this.#outcome(cell);
    return { ...outcome, reached: [...reached] };
  }

  /** Evaluates an expression as a cell that declares nothing. */
  async evaluate(cell: Omit<CompiledCell, "words">): Promise<Outcome> {
    const { reached: _, ...outcome } = await this.run({ ...cell, words: new Set() });
    return outcome;
  }

  async #outcome(cell: CompiledCell): Promise<Outcome> {
    const { signal } = cell;
    try {
      return await this.#host.untilStopped(signal, () => this.#execute(cell));
    } catch (thrown) {
      return { error: await this.#host.report(thrown, signal) };
    }
  }

  /** The value comes in an object, so that a promise is not awaited. */
  async #execute({
    label,
    code,
    js,
    map,
    words,
    signal,
    stopped,
  }: CompiledCell): Promise<{ value?: unknown }> {
    const host = this.#host;
    const { scope } = this;
    const name = `cell:${label}`;
    const rewritten = rewriteCell(js, { words, known: scope.kinds });
    host.addSource(name, `Cell [${label}]`, code, [rewritten.map, map]);
    const unlessStopped = () => {
      if (signal.aborted || stopped()) throw new Interruption();
    };
    scope.declare(rewritten.declares);
    const { meta, require, module, exports, filename, dirname } = host.locals;
    const record: Parameters<CellFunction>[0] = { box: (one) => scope.box(one) };
    const importModule: CellFunctionImport = (specifier, options) =>
      host.importModule(specifier, options?.with);
    const call = (script: string, as: string) =>
      host.compile(script, as)(record, importModule, meta, require, module, exports, filename, dirname);
    const fail: FailingImport = (binding, message) => {
      const failing = failingImport(js, binding, message);
      host.addSource(`${name}, import`, `Cell [${label}]`, code, [failing.map, map]);
      call(failing.script, `${name}, import`);
    };
    for (const one of rewritten.imports) {
      unlessStopped();
      this.#bind(one, await host.importModule(one.specifier, one.attributes), fail);
    }
    unlessStopped();
    const result = call(rewritten.script, name);
    if (rewritten.async) await result;
    // A variable in a branch that was not taken is there as well, and undefined.
    for (const [one, kind] of rewritten.declares) if (kind === "var") scope.box(one).reach();
    return record.value === undefined ? {} : { value: record.value };
  }

  /**
   * Gives a module's names to the cell; those that its exports compute, as an ES module's do, whenever they are read. Names
   * that it lacks are looked for in its default export, as a CommonJS module has them.
   */
  #bind({ specifier, bindings }: CellImport, module: Record<string, unknown>, fail: FailingImport): void {
    for (const binding of bindings) {
      const { imported, local, used } = binding;
      const box = this.scope.box(local);
      const inner = module.default as Record<string, unknown> | null | undefined;
      if (imported === "*") box.init = module;
      else if (imported in module) {
        if (mayChange(module, imported)) box.follow(() => module[imported]);
        else box.init = module[imported];
      } else if (inner !== null && inner !== undefined && imported in Object(inner))
        box.init = inner[imported];
      else if (used)
        fail(binding, `The requested module '${specifier}' does not provide an export named '${imported}'`);
    }
  }
}

/** Throws a `SyntaxError` with this message that names the line of an import. */
type FailingImport = (binding: CellBinding, message: string) => void;

/** Whether an export is one that a module assigns to: of an ES module, or one that is computed, as compilers write it. */
function mayChange(module: object, name: string): boolean {
  if (Object.prototype.toString.call(module) === "[object Module]") return true;
  return Object.getOwnPropertyDescriptor(module, name)?.get !== undefined;
}
