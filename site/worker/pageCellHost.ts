import type { CellFunction, CellHost } from "../../src/cells/cellHost";
import { reportThrown } from "../../src/cells/errorReport";
import { addSource } from "../../src/cells/source";

/** Runs cells in a worker of a page. They import the library; nothing else is there. */
export class PageCellHost implements CellHost {
  readonly locals = {
    meta: { url: location.href },
    require: undefined,
    module: undefined,
    exports: undefined,
    filename: undefined,
    dirname: undefined,
  };
  readonly addSource = addSource;
  readonly #modules: ReadonlyMap<string, () => Promise<object>>;

  /** `modules` gives each module that cells may import, by its name. */
  constructor(modules: ReadonlyMap<string, () => Promise<object>>) {
    this.#modules = modules;
  }

  compile(script: string, name: string): CellFunction {
    // Indirect, so that the cell sees the globals and nothing of this module.
    // biome-ignore lint/security/noGlobalEval: the code is what the reader of the page wrote
    const evaluate = globalThis.eval;
    return evaluate(`${script}\n//# sourceURL=${name}`) as CellFunction;
  }

  async importModule(specifier: string): Promise<Record<string, unknown>> {
    const load = this.#modules.get(specifier);
    if (!load)
      throw new Error(
        `Cannot import ${JSON.stringify(specifier)} in a page: there is only ${[...this.#modules.keys()].join(", ")}. ` +
          "Open the notebook in JupyterLab for other modules.",
      );
    return (await load()) as Record<string, unknown>;
  }

  /** Ends by no signal: a page ends the whole worker. */
  async untilStopped<T>(_signal: AbortSignal, work: () => T | Promise<T>): Promise<T> {
    return work();
  }

  async report(thrown: unknown) {
    return reportThrown(thrown);
  }
}
