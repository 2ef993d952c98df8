import { awaitsAtTop } from "./awaitsAtTop";
import { syntaxDepth } from "./syntaxDepth";
import { type Converter, createConverter } from "./tslab";

type Module = Parameters<Converter["addModule"]>;

/** Deeper code overflows the compiler anyway, in some cases only after minutes. */
const deepest = 5000;

/**
 * tslab's converter, loaded when it is first needed and replaced when it has thrown: it is then in the middle of a change
 * that it never finishes, and would refuse all later code.
 */
export class Compiler implements Converter {
  #converter: Converter | undefined;
  /** Modules made by cells; a new converter must get them, too. */
  readonly #modules = new Map<string, Module>();
  /** The compiled files beside the notebook: a new converter hands them out again, and tslab would run them anew. */
  readonly #sideOutputs = new Map<string, string>();

  convert(declarations: string, code: string): ReturnType<Converter["convert"]> {
    refuseTooDeep(code);
    const result = this.#use((converter) => ({
      ...converter.convert(declarations, code),
      hasToplevelAwait: awaitsAtTop(code),
    }));
    const sideOutputs = result.sideOutputs?.filter(({ path, data }) => this.#sideOutputs.get(path) !== data);
    for (const { path, data } of sideOutputs ?? []) this.#sideOutputs.set(path, data);
    return { ...result, sideOutputs };
  }

  inspect(...request: Parameters<Converter["inspect"]>): ReturnType<Converter["inspect"]> {
    return this.#use((converter) => converter.inspect(...request));
  }

  complete(...request: Parameters<Converter["complete"]>): ReturnType<Converter["complete"]> {
    return this.#use((converter) => converter.complete(...request));
  }

  addModule(...module: Module): ReturnType<Converter["addModule"]> {
    const diagnostics = this.#use((converter) => converter.addModule(...module));
    this.#modules.set(module[0], module);
    return diagnostics;
  }

  close(): void {
    this.#converter?.close();
    this.#converter = undefined;
  }

  #use<T>(work: (converter: Converter) => T): T {
    try {
      this.#converter ??= this.#load();
      return work(this.#converter);
    } catch (error) {
      this.close();
      throw compilerError(error);
    }
  }

  #load(): Converter {
    const converter = createConverter({});
    for (const module of this.#modules.values()) converter.addModule(...module);
    return converter;
  }
}

function refuseTooDeep(code: string): void {
  let depth: number;
  try {
    depth = syntaxDepth(code);
  } catch (error) {
    throw compilerError(error);
  }
  if (depth > deepest) throw compilerError(new RangeError(`${depth} levels, more than ${deepest}`));
}

function compilerError(cause: unknown): Error {
  const reason =
    cause instanceof RangeError
      ? "the code is nested too deeply for the compiler; split the expression into several statements"
      : `the compiler failed on this code, which is no fault of yours: ${String(cause)}`;
  return Object.assign(new Error(reason), { name: "CompilerError" });
}
