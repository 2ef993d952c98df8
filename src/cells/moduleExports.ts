import { type AnyNode, parse } from "acorn";
import MagicString from "magic-string";

/** What an ES module exports, beside its code, in which a default export without a name has one. */
export type ModuleExports = {
  js: string;
  /** The source map from `js` to the module as it was. */
  map: string;
  /** The name in the module, by the name of the export. */
  own: Map<string, string>;
  /** Exports of other modules: one name, or "*" for the module itself; without `exported` all of its names. */
  others: { specifier: string; imported: string; exported?: string }[];
};

/** Finds what a module exports. */
export function moduleExports(js: string): ModuleExports {
  const text = new MagicString(js);
  const own: ModuleExports["own"] = new Map();
  const others: ModuleExports["others"] = [];
  for (const node of parse(js, { ecmaVersion: "latest", sourceType: "module" }).body as AnyNode[]) {
    if (node.type === "ExportAllDeclaration") {
      const exported = node.exported ? { exported: nameOf(node.exported) } : {};
      others.push({ specifier: String(node.source.value), imported: "*", ...exported });
    } else if (node.type === "ExportNamedDeclaration") {
      for (const name of declaredBy(node.declaration)) own.set(name, name);
      for (const { local, exported } of node.specifiers) {
        const names = { imported: nameOf(local), exported: nameOf(exported) };
        if (node.source) others.push({ specifier: String(node.source.value), ...names });
        else own.set(names.exported, names.imported);
      }
    } else if (node.type === "ExportDefaultDeclaration") own.set("default", nameDefault(js, text, node));
  }
  return { js: text.toString(), map: text.generateMap({ hires: "boundary" }).toString(), own, others };
}

/** The name of what is exported by default, which gets one if it has none. */
function nameDefault(
  js: string,
  text: MagicString,
  { start, end, declaration }: Extract<AnyNode, { type: "ExportDefaultDeclaration" }>,
): string {
  const named = declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration";
  if (named && declaration.id) return declaration.id.name;
  let name = "default$";
  while (js.includes(name)) name += "$";
  text.overwrite(start, declaration.start, `const ${name} = `).appendLeft(end, ";");
  return name;
}

/** The names that a declaration, or a pattern in it, declares. */
function declaredBy(node: AnyNode | null | undefined): string[] {
  switch (node?.type) {
    case "VariableDeclaration":
      return node.declarations.flatMap(({ id }) => declaredBy(id));
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return declaredBy(node.id);
    case "Identifier":
      return [node.name];
    case "ObjectPattern":
      return node.properties.flatMap((one) => declaredBy(one.type === "Property" ? one.value : one));
    case "ArrayPattern":
      return node.elements.flatMap(declaredBy);
    case "AssignmentPattern":
      return declaredBy(node.left);
    case "RestElement":
      return declaredBy(node.argument);
    default:
      return [];
  }
}

function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value?: unknown }).value);
}
