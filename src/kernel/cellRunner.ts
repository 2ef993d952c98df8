import { basename } from "node:path";
import { awaitsAtTop } from "./awaitsAtTop";
import { mapsOfOutput } from "./emittedMaps";
import { type ErrorReport, reportDiagnostics, reportThrown } from "./errorReport";
import { addSource } from "./sources";
import {
  type Converter,
  type ConvertResult,
  createConverter,
  createExecutor,
  type Diagnostic,
  type Executor,
} from "./tslab";

/** What came of a cell: the value of its last expression, if it ends in one, or an error. */
export type Outcome = { value?: unknown } | { error: ErrorReport };

/** What is known of the cell that runs. */
interface Run {
  /** As the reader knows it: "Cell [3]". */
  title: string;
  /** As stack traces name it. */
  script: string;
  code: string;
  diagnostics: readonly Diagnostic[];
  lastExpression?: string;
  outcome: { value?: unknown };
  thrown?: { value: unknown };
}

/** Compiles and runs cells one after the other in one scope, through tslab's executor. */
export class CellRunner {
  readonly executor: Executor;
  #converter: Converter | undefined;
  #run: Run = newRun("0", "");

  /** Cells resolve their imports from `rootDir`. */
  constructor(rootDir: string) {
    const converters = {
      node: this.#compiler(),
      get browser(): Converter {
        throw new Error("cells of browser code (@browser) are not supported");
      },
      close: () => this.#converter?.close(),
    };
    this.executor = createExecutor(rootDir, converters, {
      log: (value) => {
        this.#run.outcome = { value };
      },
      // One argument is what the cell threw; diagnostics come formatted, and the compiler has told them already.
      error: (value, ...more) => {
        if (more.length === 0) this.#run.thrown = { value };
      },
    });
  }

  /** Loads the compiler and the declarations that `code` needs, so that the first cell does not wait for them. */
  preload(code: string): void {
    this.#load().convert("", code);
    mapsOfOutput.clear();
  }

  /** Runs a cell; `label` is its number in the reader's notebook. */
  async run(label: string, code: string): Promise<Outcome> {
    const run = newRun(label, code);
    this.#run = run;
    // When a Stop ends the cell's code by force, V8 forgets all reactions that are due in the same turn of the event
    // loop. So a cell starts in a turn of its own, with every promise of the kernel already waiting for its outcome.
    await new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        this.executor.execute(code).then(() => resolve(), reject);
      });
    });
    if (run.diagnostics.length > 0) return { error: reportDiagnostics(run.diagnostics, run.title, code) };
    if (run.thrown) return { error: reportThrown(run.thrown.value) };
    // tslab is silent about null.
    if (run.lastExpression && this.executor.locals[run.lastExpression] === null) return { value: null };
    return run.outcome;
  }

  #load(): Converter {
    this.#converter ??= createConverter({});
    return this.#converter;
  }

  #compiler(): Converter {
    return {
      convert: (declarations, code) => this.#remember(this.#load().convert(declarations, code)),
      inspect: (declarations, code, position) => this.#load().inspect(declarations, code, position),
      complete: (declarations, code, position) => this.#load().complete(declarations, code, position),
      addModule: (name, content, meta) => {
        this.#run.diagnostics = this.#load().addModule(name, content, meta);
        return [...this.#run.diagnostics];
      },
      close: () => this.#converter?.close(),
    };
  }

  /** Keeps what tslab's executor would only print, and names the script for stack traces. */
  #remember(result: ConvertResult): ConvertResult {
    const run = this.#run;
    run.diagnostics = result.diagnostics;
    run.lastExpression = result.lastExpressionVar;
    for (const { path, data } of result.sideOutputs ?? []) {
      const maps = mapsOfOutput.get(data);
      if (maps) addSource(path, basename(path).replace(/\.js$/, ".ts"), undefined, maps);
    }
    const maps = mapsOfOutput.get(result.output ?? "");
    mapsOfOutput.clear();
    if (!maps) return result;
    addSource(run.script, run.title, run.code, maps);
    const output = `${result.output}\n//# sourceURL=${run.script}`;
    return { ...result, output, hasToplevelAwait: awaitsAtTop(run.code) };
  }
}

function newRun(label: string, code: string): Run {
  return { title: `Cell [${label}]`, script: `cell:${label}`, code, diagnostics: [], outcome: {} };
}
