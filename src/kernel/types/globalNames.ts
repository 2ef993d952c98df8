import type { Ast, Node, SourceFile } from "./native";

/** What the names begin with under which declarations of globals are kept: no name of a cell has a space. */
const prefix = "global ";

/** One declaration of a global, as TypeScript. */
export type GlobalName = { readonly name: string; readonly node: Node; readonly text: string };

/** Whether a name is that of a declaration of globals, which all later cells need. */
export function isGlobalName(name: string): boolean {
  return name.startsWith(prefix);
}

/** Whether a statement is `declare global { … }`. */
export function declaresGlobals(statement: Node, file: SourceFile): boolean {
  return /^(?:declare\s+)?global\b/.test(statement.getText(file));
}

/**
 * What `declare global { … }` declares: of an interface each member by itself, because that is what a cell which runs again,
 * or a later one, declares anew.
 */
export function globalNames(ast: Ast, statement: Node, file: SourceFile): GlobalName[] {
  const { body } = statement as { readonly body?: Node };
  if (!body || !ast.isModuleBlock(body)) return [];
  return [...body.statements].flatMap((inner) => {
    const one = (name: string, declared: string): GlobalName => ({
      name: prefix + name,
      node: inner,
      text: `declare global { ${declared}\n}`,
    });
    const text = ({ pos, end }: Pick<Node, "pos" | "end">) => file.text.slice(pos, end);
    const { name = inner } = inner as { readonly name?: Node };
    if (ast.isVariableStatement(inner)) {
      const { declarations } = inner.declarationList;
      const keyword = text({ pos: inner.pos, end: declarations[0].pos });
      return declarations.map((each) => one(each.name.getText(file), `${keyword}${text(each)};`));
    }
    if (!ast.isInterfaceDeclaration(inner) || inner.members.length === 0)
      return [one(name.getText(file), text(inner))];
    const heading = text({ pos: inner.pos, end: inner.members[0].pos });
    return inner.members.map((member) => {
      const { name: key = member } = member as { readonly name?: Node };
      return one(`${inner.name.text}.${key.getText(file)}`, `${heading}${text(member)}\n}`);
    });
  });
}
