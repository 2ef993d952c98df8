import * as ts from "typescript";

/** The names that a cell declares at its top, and whether each is a constant. */
export function declaredInCell(code: string): Map<string, boolean> {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext);
  const names = new Map<string, boolean>();
  const bind = (name: ts.BindingName, constant: boolean): void => {
    if (ts.isIdentifier(name)) names.set(ts.idText(name), constant);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name, constant);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const { flags, declarations } = statement.declarationList;
      for (const { name } of declarations) bind(name, (flags & ts.NodeFlags.Const) !== 0);
    } else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) names.set(ts.idText(name), true);
      if (namedBindings && ts.isNamespaceImport(namedBindings))
        names.set(ts.idText(namedBindings.name), true);
      else for (const one of namedBindings?.elements ?? []) names.set(ts.idText(one.name), true);
    } else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement)
    ) {
      const { name } = statement;
      if (name && ts.isIdentifier(name)) names.set(ts.idText(name), false);
    }
  }
  return names;
}
