import type { Ast, Node, SourceFile } from "./native";

/** What the names begin with under which declarations of globals are kept: no name of a cell has a space. */
const prefix = "global ";

/** One declaration of a global, as TypeScript. */
export type GlobalName = { readonly name: string; readonly node: Node; readonly text: string };

/** Whether a name is that of a declaration of globals, which all later cells need. */
export function isGlobalName(name: string): boolean {
  return name.startsWith(prefix);
}

/** Whether a statement is `declare global { … }`, or adds to a module as `declare module "…" { … }` does. */
export function declaresGlobals(statement: Node, file: SourceFile): boolean {
  return /^(?:declare\s+)?(?:global\b|module\s*["'])/.test(statement.getText(file));
}

/**
 * What such a statement declares: of an interface each member by itself, because that is what a cell which runs again, or a
 * later one, declares anew.
 */
export function globalNames(ast: Ast, statement: Node, file: SourceFile): GlobalName[] {
  const { body, name: module } = statement as { readonly body?: Node; readonly name?: Node };
  if (!body || !ast.isModuleBlock(body)) return [];
  const opening = file.text.slice(statement.getStart(file), body.getStart(file));
  return [...body.statements].flatMap((inner) => {
    const one = (name: string, declared: string): GlobalName => ({
      name: `${prefix}${module?.getText(file)} ${name}`,
      node: inner,
      text: `${opening}{ ${declared}\n}`,
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
