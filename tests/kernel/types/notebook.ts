import { join } from "node:path";
import { type CheckedCell, TypeChecker } from "../../../src/kernel/types/typeChecker";
import { ROOT } from "../../helpers/root";

/** A notebook whose cells are checked, and kept as if each had run to its end. */
export class Notebook {
  readonly checker: TypeChecker;

  constructor(directory = join(ROOT, "notebooks")) {
    this.checker = new TypeChecker({ directory });
  }

  /** The errors of a cell, `1:7 TS2322` each; one without errors is kept. */
  async cell(code: string, reached?: readonly string[]): Promise<string[]> {
    const cell = await this.checker.check(code);
    if (cell.diagnostics.length === 0) await this.checker.keep(cell, new Set(reached ?? cell.names));
    return errors(cell);
  }
}

/** Each error of a cell by its place and number. */
export function errors({ diagnostics }: CheckedCell): string[] {
  const found = diagnostics.map(({ start, code }) => `${start.line + 1}:${start.character + 1} TS${code}`);
  return found.filter((one, i) => one.split(" ")[0] !== found[i - 1]?.split(" ")[0]);
}
