import { type AnyNode, type Identifier, type Program, parse } from "acorn";
import { analyze, type Scope, type Variable } from "eslint-scope";
import { present } from "../common/present";
import type { NameKind } from "./notebookScope";

/** A top-level name of a cell. */
export type TopLevelName = {
  name: string;
  kind: NameKind;
  /** Where the name is declared: identifiers that are given their first value. */
  declared: readonly Identifier[];
  /** The nodes that declare it: a function, a class, or a list of variables. */
  declarations: readonly AnyNode[];
  /** Other places that read or write it. */
  references: readonly NameReference[];
};

/** A place where a name is read or written. */
export type NameReference = { identifier: Identifier; writes: boolean };

/** What a cell's JavaScript says of names. */
export type CellSyntax = {
  program: Program;
  /** The names that the cell declares at its top level. */
  declares: readonly TopLevelName[];
  /** Places of names that the cell does not declare. */
  free: readonly NameReference[];
};

/** Parses a cell as a module and finds where its top-level names stand. */
export function cellSyntax(js: string): CellSyntax {
  const program = parse(js, { ecmaVersion: "latest", sourceType: "module", ranges: true });
  const scopes = analyze(program as never, { ecmaVersion: 2022, sourceType: "module", ignoreEval: true });
  const global = present(scopes.globalScope, "The scope of globals");
  const module = global.childScopes[0];
  return {
    program,
    declares: module.variables.filter(({ defs }) => defs.length > 0).map(topLevelName),
    free: global.through.map(nameReference),
  };
}

function topLevelName({ name, defs, identifiers, references }: Variable): TopLevelName {
  const declared = identifiers as unknown as Identifier[];
  const declarations = defs.map(({ type, node, parent }) => {
    return (type === "Variable" ? parent : node) as unknown as AnyNode;
  });
  return {
    name,
    kind: kindOf(defs[0]),
    declared,
    declarations,
    references: references.map(nameReference).filter(({ identifier }) => !declared.includes(identifier)),
  };
}

function kindOf({ type, parent }: Variable["defs"][number]): NameKind {
  if (type === "FunctionName") return "function";
  if (type === "ClassName") return "class";
  if (type === "ImportBinding") return "import";
  return (parent as { kind: NameKind }).kind;
}

function nameReference(reference: Scope["references"][number]): NameReference {
  return { identifier: reference.identifier as unknown as Identifier, writes: reference.isWrite() };
}
