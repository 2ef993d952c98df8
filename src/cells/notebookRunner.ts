import type { CellHost } from "./cellHost";
import type { ErrorReport } from "./errorReport";
import { executeModule } from "./executeModule";
import { Interruption } from "./interruption";
import { NotebookScope } from "./notebookScope";

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

  #execute({ label, code, js, map, words, signal, stopped }: CompiledCell): Promise<{ value?: unknown }> {
    return executeModule(this.#host, this.scope, {
      ...{ name: `cell:${label}`, title: `Cell [${label}]`, code, js, maps: [map], words },
      unlessStopped() {
        if (signal.aborted || stopped()) throw new Interruption();
      },
    });
  }
}
