import type { ErrorReport } from "./errorReport";
import type { NotebookScope } from "./notebookScope";

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
export type CellFunctionImport = (
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
