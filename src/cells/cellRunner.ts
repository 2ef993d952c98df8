import { basename } from "node:path";
import { Compiler } from "./compiler";
import { type EmittedMaps, mapsOfOutput } from "./emittedMaps";
import {
  type ErrorReport,
  interruptedReport,
  reportDiagnostics,
  reportThrown,
  reportUnlessStopped,
  withHint,
} from "./errorReport";
import { forgetHalfLoadedModules } from "./halfLoadedModules";
import { hintsFor, libraryHint } from "./hints";
import { Interruption } from "./interruption";
import type { Interrupts } from "./interrupts";
import type { Outcome } from "./notebookRunner";
import { addSource } from "./source";
import {
  type Converter,
  type ConvertResult,
  createExecutor,
  type Diagnostic,
  type Executor,
  getCodeMetadata,
} from "./tslab";
import { untilStopped } from "./untilStopped";

export type { Outcome } from "./notebookRunner";

/** A cell to run. */
export type CellToRun = {
  /** Its number in the reader's notebook. */
  label: string;
  code: string;
  /** Aborts when the reader stops the cell. */
  signal: AbortSignal;
  /** Whether the reader has stopped the cell meanwhile, also if the signal could not tell. */
  stopped(): boolean;
};

/** What is known of the cell that runs. */
type CellRun = {
  /** Its name for the reader: "Cell [3]". */
  title: string;
  /** Its name in stack traces. */
  script: string;
  code: string;
  stopped(): boolean;
  /** What earlier cells have declared. */
  declarations: string;
  diagnostics: readonly Diagnostic[];
  lastExpression?: string;
  outcome: { value?: unknown };
  thrown?: { value: unknown };
};

const ownError = "\n;{ const ours: 1 = 2; }";

/** Compiles and runs cells one after the other in one scope, through tslab's executor. */
export class CellRunner {
  readonly executor: Executor;
  readonly #compiler = new Compiler();
  readonly #interrupts: Interrupts;
  #run: CellRun = newCellRun("0", "", () => false);

  /** Cells resolve their imports from `rootDir`. */
  constructor(rootDir: string, interrupts: Interrupts) {
    this.#interrupts = interrupts;
    const converters = {
      node: this.#converter(),
      get browser(): Converter {
        throw noBrowser();
      },
      close: () => this.#compiler.close(),
    };
    this.executor = createExecutor(rootDir, converters, {
      log: (value) => {
        this.#run.outcome = { value };
      },
      // A single argument is what the cell threw; diagnostics come formatted, and the compiler has reported them already.
      error: (value, ...more) => {
        if (more.length === 0) this.#run.thrown = { value };
      },
    });
  }

  /** Loads the compiler and the declarations that `code` needs, so that the first cell does not wait for them. */
  preload(code: string): void {
    this.#interrupts.shelter(() => this.#compiler.convert("", code));
    mapsOfOutput.clear();
  }

  /** Runs a cell; anything that goes wrong, in the cell or in the kernel's own work on it, becomes its outcome. */
  async run(cell: CellToRun): Promise<Outcome> {
    const outcome = await this.#outcome(cell);
    if ("error" in outcome && outcome.error.ename === interruptedReport().ename) forgetHalfLoadedModules();
    return outcome;
  }

  async #outcome({ label, code, signal, stopped }: CellToRun): Promise<Outcome> {
    const run = newCellRun(label, code, stopped);
    this.#run = run;
    try {
      // tslab skips such a cell silently.
      if (getCodeMetadata(code).mode === "browser") throw noBrowser();
      await untilStopped(signal, () => this.executor.execute(code));
      if (run.diagnostics.length > 0) {
        const hints = hintsFor(run.diagnostics, code, (changed) => this.#countErrors(changed));
        return { error: reportDiagnostics(run.diagnostics, run.title, code, hints) };
      }
      if (run.thrown) return { error: await this.#reportThrown(run.thrown.value, signal) };
      // tslab reports no value for null.
      if (run.lastExpression && this.executor.locals[run.lastExpression] === null) return { value: null };
      return run.outcome;
    } catch (error) {
      return { error: reportThrown(error) };
    }
  }

  async #reportThrown(thrown: unknown, signal: AbortSignal): Promise<ErrorReport> {
    const report = await reportUnlessStopped(thrown, signal);
    const [, name] = /^([\w$]+) is not defined$/.exec(report.evalue) ?? [];
    if (report.ename !== "ReferenceError" || name === undefined) return report;
    const hint = libraryHint(name, (code) => this.#countErrors(code));
    return hint === undefined ? report : withHint(report, hint);
  }

  /** The number of errors that the running cell would have with this code. */
  #countErrors(code: string): number {
    // Our own error at the end keeps the compiler from output; code that hides it counts as no better.
    const { diagnostics } = this.#interrupts.shelter(() =>
      this.#compiler.convert(this.#run.declarations, code + ownError),
    );
    const oursAt = code.length + ownError.indexOf("ours");
    const starts = new Set(diagnostics.map(({ start }) => start.offset));
    const oursIsThere = diagnostics.some((one) => one.code === 2322 && one.start.offset === oursAt);
    return oursIsThere ? starts.size - 1 : Number.POSITIVE_INFINITY;
  }

  #converter(): Converter {
    const { shelter } = this.#interrupts;
    const sheltered = shelter.bind(this.#interrupts);
    return {
      convert: (declarations, code) => {
        this.#run.declarations = declarations;
        const result = sheltered(() => this.#compiler.convert(declarations, code));
        if (this.#run.stopped()) throw new Interruption();
        return this.#remember(result);
      },
      inspect: (...request) => sheltered(() => this.#compiler.inspect(...request)),
      complete: (...request) => sheltered(() => this.#compiler.complete(...request)),
      addModule: (...module) => {
        this.#run.diagnostics = sheltered(() => this.#compiler.addModule(...module));
        return [...this.#run.diagnostics];
      },
      close: () => this.#compiler.close(),
    };
  }

  /** Keeps what tslab's executor would only print, and names the script for stack traces. */
  #remember(result: ConvertResult): ConvertResult {
    const run = this.#run;
    run.diagnostics = result.diagnostics;
    run.lastExpression = result.lastExpressionVar;
    for (const { path, data } of result.sideOutputs ?? []) {
      const maps = mapsOfOutput.get(data);
      if (maps) addSource(path, basename(path).replace(/\.js$/, ".ts"), undefined, steps(maps));
    }
    const maps = mapsOfOutput.get(result.output ?? "");
    mapsOfOutput.clear();
    if (!maps) return result;
    // tslab puts one line before the reader's code to make it a module.
    addSource(run.script, run.title, run.code, steps(maps), 1);
    const output = `${result.output}\n//# sourceURL=${run.script}`;
    return { ...result, output };
  }
}

function steps({ toModule, toTypeScript }: EmittedMaps): string[] {
  return [toModule, toTypeScript];
}

function noBrowser(): Error {
  return new Error("Cells of browser code (@browser in a comment) are not supported: remove @browser.");
}

function newCellRun(label: string, code: string, stopped: () => boolean): CellRun {
  return {
    title: `Cell [${label}]`,
    script: `cell:${label}`,
    code,
    stopped,
    declarations: "",
    diagnostics: [],
    outcome: {},
  };
}
