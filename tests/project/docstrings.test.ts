import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const INDEX = path.join(__dirname, "../../src/index.ts");

test("every name that the package exports says what it is", () => {
  const options = { skipLibCheck: true, noEmit: true, types: [], module: ts.ModuleKind.CommonJS };
  const program = ts.createProgram([INDEX], { ...options, target: ts.ScriptTarget.ES2022 });
  const checker = program.getTypeChecker();
  const index = checker.getSymbolAtLocation(program.getSourceFile(INDEX)!)!;
  const names = checker.getExportsOfModule(index);
  expect(names.length).toBeGreaterThan(150);
  const silent = names.filter((name) => {
    const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() === "";
  });
  expect(silent.map(({ name }) => name)).toEqual([]);
});
