import { Script } from "node:vm";
import type { CellFunction, CellHost, CellLocals } from "./cellHost";
import { type ErrorReport, interruptedReport, reportUnlessStopped } from "./errorReport";
import { interruptibly } from "./interruptibly";
import { NotebookModules } from "./notebookModules";
import { addSource } from "./source";
import { untilStopped } from "./untilStopped";

/** Runs cells in this process of Node; they import from the notebook's folder. */
export class NodeCellHost implements CellHost {
  readonly locals: CellLocals;
  readonly addSource = addSource;
  readonly untilStopped = untilStopped;
  readonly #modules: NotebookModules;

  /** `tslab` gives what cells find in the module "tslab". */
  constructor({ directory, tslab }: { directory: string; tslab(): object }) {
    this.#modules = new NotebookModules(directory, tslab, (script, name) => this.compile(script, name));
    this.locals = this.#modules.locals;
  }

  compile(script: string, name: string): CellFunction {
    const compiled = new Script(script, { filename: name }).runInThisContext() as CellFunction;
    return (...given) => interruptibly(() => compiled(...given));
  }

  importModule(specifier: string, attributes?: Record<string, string>): Promise<Record<string, unknown>> {
    return this.#modules.import(specifier, attributes);
  }

  async report(thrown: unknown, signal: AbortSignal): Promise<ErrorReport> {
    const report = await reportUnlessStopped(thrown, signal);
    if (report.ename === interruptedReport().ename) this.#modules.forgetHalfLoaded();
    return report;
  }
}
