import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

type Cell = { cell_type: "code" | "markdown"; id: string; source: string[] };

const FOLDER = path.join(ROOT, "notebooks");
const files = ["", "solutions"].flatMap((folder) =>
  fs
    .readdirSync(path.join(FOLDER, folder))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => path.join(folder, name)),
);
const OPTIONS = { noLib: true, noResolve: true, target: ts.ScriptTarget.ESNext };

/** The names that this code writes as shorthand properties, `{ name }`, without declaring them itself. */
function foreignShorthands(code: string): string[] {
  const source = ts.createSourceFile("cell.ts", `${code}\nexport {};`, ts.ScriptTarget.ESNext, true);
  const host = ts.createCompilerHost(OPTIONS);
  host.getSourceFile = (name) => (name === "cell.ts" ? source : undefined);
  const checker = ts.createProgram(["cell.ts"], OPTIONS, host).getTypeChecker();
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && !checker.getShorthandAssignmentValueSymbol(node))
      found.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("a shorthand property counts as foreign just where the cell declares no such name", () => {
  const code = "const a = 1, o = { a, b };\nconst f = (c: number) => ({ c, d, e: e });\nconst { g } = o;";
  expect(foreignShorthands(code)).toEqual(["b", "d"]);
});

test("no cell writes an earlier cell's variable as a shorthand property, which stock tslab cannot run", () => {
  const wrong = files.flatMap((file) => {
    const { cells } = JSON.parse(fs.readFileSync(path.join(FOLDER, file), "utf8")) as { cells: Cell[] };
    return cells
      .filter((cell) => cell.cell_type === "code")
      .flatMap(({ id, source }) =>
        foreignShorthands(source.join("")).map(
          (name) => `${file}: ${id}: write { ${name}: ${name} } instead of { ${name} }`,
        ),
      );
  });
  expect(
    wrong,
    "The kernel of stock tslab reads an earlier cell's variable wherever its name stands, but not in a shorthand property.",
  ).toEqual([]);
});
