import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { ROOT } from "./root";

const SRC = path.join(ROOT, "src");

/** The files of src, but for the umbrella and the doors. */
export const sources: readonly string[] = fs
  .readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(m?ts|cjs)$/.test(file) && path.basename(file) !== "index.ts")
  .map((file) => file.split(path.sep).join("/"))
  .sort();

/** What a file declares at its top; names that it only hands on are none of these. */
export function declarationsOf(file: string): { name: string; exported: boolean }[] {
  const source = read(file);
  const found: { name: string; exported: boolean }[] = [];
  const bind = (name: ts.BindingName, exported: boolean): void => {
    if (ts.isIdentifier(name)) found.push({ name: name.text, exported });
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name, exported);
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) bind(name, isExported(statement));
    else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    )
      if (statement.name) bind(statement.name, isExported(statement));
  }
  return found;
}

/** All that a file exports, also what it hands on. */
export function exportsOf(file: string): string[] {
  const source = read(file);
  const names = declarationsOf(file).flatMap(({ name, exported }) => (exported ? [name] : []));
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    const clause = statement.exportClause;
    if (ts.isNamedExports(clause)) names.push(...clause.elements.map(({ name }) => name.text));
  }
  // module.exports = { name, … } of what is used before anything is built.
  for (const [, list] of source.text.matchAll(/^module\.exports = \{ (.*) \};$/gm))
    names.push(...list.split(", "));
  return names;
}

function read(file: string): ts.SourceFile {
  const text = fs.readFileSync(path.join(SRC, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function isExported(statement: ts.HasModifiers): boolean {
  return (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}
