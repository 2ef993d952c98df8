import type { CellFunction, CellFunctionImport, CellHost } from "./cellHost";
import type { NotebookScope } from "./notebookScope";
import { type CellBinding, type CellImport, failingImport, rewriteCell } from "./rewriteCell";

/** The code of a cell, or of a module beside the notebook, and whence it comes. */
export type ModuleCode = {
  /** Its name in stack traces. */
  name: string;
  /** Its name for the reader. */
  title: string;
  /** What the reader wrote. */
  code: string;
  /** The code as JavaScript, an ES module. */
  js: string;
  /** The source maps that lead from `js` to `code`. */
  maps: readonly string[];
  /** The identifiers that live in the scope. */
  words: ReadonlySet<string>;
  /** Throws where the reader has stopped it. */
  unlessStopped(): void;
};

type ModuleHost = Pick<CellHost, "locals" | "compile" | "importModule" | "addSource">;

/** Does a module's imports and runs it in a scope. The value comes in an object, so that a promise is not awaited. */
export async function executeModule(
  host: ModuleHost,
  scope: NotebookScope,
  { name, title, code, js, maps, words, unlessStopped }: ModuleCode,
): Promise<{ value?: unknown }> {
  const rewritten = rewriteCell(js, { words, known: scope.kinds });
  host.addSource(name, title, code, [rewritten.map, ...maps]);
  scope.declare(rewritten.declares);
  const { meta, require, module, exports, filename, dirname } = host.locals;
  const record: Parameters<CellFunction>[0] = { box: (one) => scope.box(one) };
  const importModule: CellFunctionImport = (specifier, options) =>
    host.importModule(specifier, options?.with);
  const call = (script: string, as: string) =>
    host.compile(script, as)(record, importModule, meta, require, module, exports, filename, dirname);
  const fail: FailingImport = (binding, message) => {
    const failing = failingImport(js, binding, message);
    host.addSource(`${name}, import`, title, code, [failing.map, ...maps]);
    call(failing.script, `${name}, import`);
  };
  for (const one of rewritten.imports) {
    unlessStopped();
    bind(scope, one, await host.importModule(one.specifier, one.attributes), fail);
  }
  unlessStopped();
  const result = call(rewritten.script, name);
  if (rewritten.async) await result;
  // A variable in a branch that was not taken is there as well, and undefined.
  for (const [one, kind] of rewritten.declares) if (kind === "var") scope.box(one).reach();
  return record.value === undefined ? {} : { value: record.value };
}

/** Throws a `SyntaxError` with this message that names the line of an import. */
type FailingImport = (binding: CellBinding, message: string) => void;

/**
 * Gives a module's names to a scope; those that its exports compute, as an ES module's do, whenever they are read. Names
 * that it lacks are looked for in its default export, as a CommonJS module has them.
 */
function bind(
  scope: NotebookScope,
  { specifier, bindings }: CellImport,
  module: Record<string, unknown>,
  fail: FailingImport,
): void {
  for (const binding of bindings) {
    const { imported, local, used } = binding;
    const box = scope.box(local);
    const inner = module.default as Record<string, unknown> | null | undefined;
    if (imported === "*") box.init = module;
    else if (imported in module) {
      if (mayChange(module, imported)) box.follow(() => module[imported]);
      else box.init = module[imported];
    } else if (inner !== null && inner !== undefined && imported in Object(inner)) box.init = inner[imported];
    else if (used)
      fail(binding, `The requested module '${specifier}' does not provide an export named '${imported}'`);
  }
}

/** Whether an export is one that a module assigns to: of an ES module, or one that is computed, as compilers write it. */
function mayChange(module: object, name: string): boolean {
  if (Object.prototype.toString.call(module) === "[object Module]") return true;
  return Object.getOwnPropertyDescriptor(module, name)?.get !== undefined;
}
