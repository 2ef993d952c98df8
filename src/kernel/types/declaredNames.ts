import { declaresGlobals, globalNames } from "./globalNames";
import type { Ast, Node, SourceFile } from "./native";

/** What a name stands for: a value, a type, or both at once, as a class does. */
export type Meaning = "value" | "type" | "both";

/** One declaration of a name at the top of a cell. */
export type DeclaredName = {
  readonly name: string;
  readonly meaning: Meaning;
  readonly kind: "variable" | "function" | "source" | "import";
  /** What it is, as completions say it. */
  readonly type: string;
  /** Whether the name has a value only after its statement has run. */
  readonly needsRun: boolean;
  readonly constant: boolean;
  readonly identifier: Node;
  readonly statement: Node;
  /** Its declaration, where that is not the statement. */
  readonly text?: string;
  /** The module and the name in it: "default", "*" for all of it, or an export. */
  readonly from?: { readonly specifier: string; readonly imported: string };
};

/** The names that a file declares at its top after `offset`, in the text's order. */
export function declaredNames(ast: Ast, file: SourceFile, offset: number): DeclaredName[] {
  const statements = file.statements.filter((statement) => statement.getStart(file) >= offset);
  return statements.flatMap((statement) => namesOf(ast, statement, file));
}

function namesOf(ast: Ast, statement: Node, file: SourceFile): DeclaredName[] {
  if (ast.isImportDeclaration(statement)) return importedNames(ast, statement, file);
  if (ast.isVariableStatement(statement)) {
    const ambient = hasModifier(statement, ast.SyntaxKind.DeclareKeyword);
    return variables(ast, statement.declarationList, statement, ambient);
  }
  if (ast.isModuleDeclaration(statement) && declaresGlobals(statement, file))
    return globalNames(ast, statement, file).map(({ name, node, text }) => ({
      ...{ name, text, identifier: node, statement: node },
      ...{ meaning: "both", kind: "source", type: "global", needsRun: false, constant: false },
    }));
  const identifier = (statement as { name?: Node }).name;
  const ambient = hasModifier(statement, ast.SyntaxKind.DeclareKeyword);
  const one = (meaning: Meaning, type: string, needsRun: boolean): DeclaredName[] => {
    if (!identifier || !ast.isIdentifier(identifier)) return [];
    const kind = type === "function" ? "function" : "source";
    return [{ name: identifier.text, meaning, kind, type, needsRun, constant: false, identifier, statement }];
  };
  if (ast.isFunctionDeclaration(statement)) return one("value", "function", false);
  if (ast.isClassDeclaration(statement)) return one("both", "class", !ambient);
  if (ast.isEnumDeclaration(statement)) return one("both", "enum", !ambient);
  if (ast.isModuleDeclaration(statement))
    return one("both", "module", !ambient && isInstantiated(ast, statement));
  if (ast.isInterfaceDeclaration(statement) || ast.isTypeAliasDeclaration(statement))
    return one("type", "interface", false);
  if (ast.isImportEqualsDeclaration(statement)) return one("both", "module", !statement.isTypeOnly);
  return hoistedVariables(ast, statement);
}

function importedNames(
  ast: Ast,
  statement: Node & { readonly moduleSpecifier: Node; readonly importClause?: Node },
  file: SourceFile,
): DeclaredName[] {
  const clause = statement.importClause;
  if (!clause || !ast.isImportClause(clause)) return [];
  const specifier = literalText(statement.moduleSpecifier, file);
  const onlyTypes = clause.phaseModifier === ast.SyntaxKind.TypeKeyword;
  const one = (identifier: Node, imported: string, typeOnly: boolean): DeclaredName => ({
    name: identifier.getText(file),
    meaning: "both",
    kind: "import",
    type: imported === "*" ? "module" : "reference",
    needsRun: !typeOnly,
    constant: true,
    identifier,
    statement,
    from: { specifier, imported },
  });
  const found: DeclaredName[] = [];
  if (clause.name) found.push(one(clause.name, "default", onlyTypes));
  const { namedBindings } = clause;
  if (namedBindings && ast.isNamespaceImport(namedBindings))
    found.push(one(namedBindings.name, "*", onlyTypes));
  else if (namedBindings && ast.isNamedImports(namedBindings)) {
    for (const { name, propertyName, isTypeOnly } of namedBindings.elements) {
      const imported = propertyName ?? name;
      const text = ast.isStringLiteral(imported) ? imported.text : imported.getText(file);
      found.push(one(name, text, onlyTypes || isTypeOnly));
    }
  }
  return found;
}

/** The text of a string literal, or of any other node as it is written. */
export function literalText(node: Node, file: SourceFile): string {
  return (node as { text?: string }).text ?? node.getText(file);
}

function variables(ast: Ast, list: Node, statement: Node, ambient: boolean): DeclaredName[] {
  if (!ast.isVariableDeclarationList(list)) return [];
  const { Const, Using } = ast.NodeFlags;
  const constant = (list.flags & (Const | Using)) !== 0;
  return list.declarations.flatMap(({ name }) =>
    boundIdentifiers(ast, name).map(
      (identifier): DeclaredName => ({
        name: (identifier as Node & { text: string }).text,
        meaning: "value",
        kind: "variable",
        type: constant ? "constant" : "variable",
        needsRun: !ambient,
        constant,
        identifier,
        statement,
      }),
    ),
  );
}

function boundIdentifiers(ast: Ast, name: Node): Node[] {
  if (ast.isIdentifier(name)) return [name];
  if (!ast.isObjectBindingPattern(name) && !ast.isArrayBindingPattern(name)) return [];
  return [...name.elements].flatMap((element) =>
    ast.isBindingElement(element) && element.name ? boundIdentifiers(ast, element.name) : [],
  );
}

/** `var` inside of blocks and loops belongs to the whole cell. */
function hoistedVariables(ast: Ast, statement: Node): DeclaredName[] {
  const found: DeclaredName[] = [];
  const pending = [statement];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (ast.isVariableDeclarationList(node) && (node.flags & ast.NodeFlags.BlockScoped) === 0)
      found.push(...variables(ast, node, node, false));
    node.forEachChild((child) => {
      if (!ast.isExpression(child) && !isScope(ast, child)) pending.push(child);
    });
  }
  return found;
}

function isScope(ast: Ast, node: Node): boolean {
  return ast.isFunctionDeclaration(node) || ast.isClassDeclaration(node) || ast.isModuleDeclaration(node);
}

function hasModifier(statement: Node, kind: number): boolean {
  const { modifiers } = statement as { modifiers?: readonly Node[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

/** Whether a namespace holds more than types, so that there is a value at run time. */
function isInstantiated(ast: Ast, namespace: Node): boolean {
  const { body } = namespace as { body?: Node };
  if (!body) return false;
  if (ast.isModuleDeclaration(body)) return isInstantiated(ast, body);
  if (!ast.isModuleBlock(body)) return false;
  return [...body.statements].some((statement) =>
    ast.isModuleDeclaration(statement)
      ? isInstantiated(ast, statement)
      : !ast.isInterfaceDeclaration(statement) && !ast.isTypeAliasDeclaration(statement),
  );
}
