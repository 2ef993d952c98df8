import { transformSync } from "esbuild";
import ts from "typescript";
import { NodeCellHost } from "../../src/cells/nodeCellHost";
import { type CompiledCell, NotebookRunner, type Outcome } from "../../src/cells/notebookRunner";
import { asModule, transpileOptions } from "../../src/cells/transpileOptions";
import { ROOT } from "../helpers/root";

/** What the kernel's front makes of a cell: JavaScript, its map, and the identifiers of the reader's code. */
export function compiled(code: string): Pick<CompiledCell, "code" | "js" | "map" | "words"> {
  const { code: js, map } = transformSync(asModule(code), transpileOptions);
  return { code, js: js.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), map, words: wordsOf(code) };
}

function wordsOf(code: string): Set<string> {
  const words = new Set<string>();
  const pending: ts.Node[] = [ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest)];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ts.isIdentifier(node)) words.add(node.text);
    ts.forEachChild(node, (child) => void pending.push(child));
  }
  return words;
}

/** A notebook's cells, run by Node. */
export class Notebook {
  readonly runner: NotebookRunner;
  #count = 0;

  constructor({ directory = ROOT, tslab = () => ({}) }: { directory?: string; tslab?: () => object } = {}) {
    this.runner = new NotebookRunner(new NodeCellHost({ directory, tslab }));
  }

  run(code: string, more: Partial<CompiledCell> = {}): Promise<Outcome & { reached: string[] }> {
    this.#count++;
    return this.runner.run({
      label: String(this.#count),
      ...compiled(code),
      signal: new AbortController().signal,
      stopped: () => false,
      ...more,
    });
  }

  /** Runs cells that must not fail, and gives the last one's value. */
  async value(...codes: string[]): Promise<unknown> {
    let value: unknown;
    for (const code of codes) {
      const outcome = await this.run(code);
      if ("error" in outcome) throw new Error(`${code}\n${outcome.error.traceback.join("\n")}`);
      value = outcome.value;
    }
    return value;
  }

  /** Runs a cell that must fail, and gives the lines of its report. */
  async failure(code: string): Promise<string[]> {
    const outcome = await this.run(code);
    if (!("error" in outcome)) throw new Error(`${code}\nhas not failed, and gives ${String(outcome.value)}`);
    return outcome.error.traceback;
  }
}
