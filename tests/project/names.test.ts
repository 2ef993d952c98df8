import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

const SRC = path.join(ROOT, "src");
const sources = fs
  .readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(m?ts|cjs)$/.test(file))
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => path.basename(file) !== "index.ts") // The umbrella and the doors.
  .sort();

/** Files whose names no export contains, each with the reason. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "kernel/main.ts": "a process: what the kernel's specification starts",
  "learning/experiment/run.ts": "a process: one configuration",
  "cells/interruptStopper.ts": "a thread",
  "cells/interruptWatcher.ts": "a thread",
  "show/still/stillImageProcess.ts": "a process: one still image",
  "show/lab/extension.mts": "what JupyterLab loads, by its own word",
  "show/lab/lumino.mts": "types of the package of that name",
  "common/platform.ts": "what Node and a browser do otherwise",
  "common/platform.browser.ts": "what Node and a browser do otherwise",
  "show/chart/theme.ts": "colours, axes and frame of all charts",
  "theory/exact/arithmetic.ts": "functions of equal rank: add, multiply, compare …",
  "theory/exact/rounding.ts": "functions of equal rank: up and down",
  "theory/relu/limits.ts": "numbers of equal rank: what no construction exceeds",
  "learning/method/methods.ts": "the list of all methods, its default export",
};

function exportsOf(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    fs.readFileSync(path.join(SRC, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const names: string[] = [];
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause) {
      const clause = statement.exportClause;
      if (ts.isNamedExports(clause)) names.push(...clause.elements.map(({ name }) => name.text));
    } else if (ts.isVariableStatement(statement) && isExported(statement)) {
      for (const { name } of statement.declarationList.declarations) bind(name);
    } else if (
      (ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      isExported(statement)
    ) {
      if (statement.name) names.push(statement.name.text);
    }
  }
  // module.exports = { name, … } of what is used before anything is built.
  for (const [, list] of source.text.matchAll(/^module\.exports = \{ (.*) \};$/gm))
    names.push(...list.split(", "));
  return names;
}

function isExported(statement: ts.HasModifiers): boolean {
  return (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** Whether one of the file's exports contains the file's name, in any case. */
function isNamedAfterAnExport(file: string): boolean {
  const name = path
    .basename(file)
    .replace(/(\.browser)?\.\w+$/, "")
    .toLowerCase();
  return exportsOf(file).some((exported) => exported.toLowerCase().includes(name));
}

test("each file of src is named after something it exports, but for those with a reason", () => {
  expect(sources.length).toBeGreaterThan(300);
  const others = sources.filter((file) => !isNamedAfterAnExport(file));
  expect(others.filter((file) => !(file in OTHERWISE))).toEqual([]);
});

test("no file that the list excuses is missing, or named after what it exports after all", () => {
  const idle = Object.keys(OTHERWISE).filter((file) => !sources.includes(file) || isNamedAfterAnExport(file));
  expect(idle).toEqual([]);
});
