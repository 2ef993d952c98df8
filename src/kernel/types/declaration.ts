import { groupBy } from "../../common/groupBy";
import type { DeclaredName, Meaning } from "./declaredNames";
import type { Ast, SourceFile } from "./native";
import type { OpenedFile } from "./nativeCompiler";

/** What later cells know of a name that a cell has declared. */
export type Declaration = {
  readonly name: string;
  readonly meaning: Meaning;
  /** What it is, as completions say it. */
  readonly type: string;
  /** Whether the name has a value only after its statement has run. */
  readonly needsRun: boolean;
  /** As TypeScript, under the reader's name; an import has none. */
  readonly text: string;
  readonly from?: DeclaredName["from"];
};

/** Types in full, also those of types that later cells cannot name. */
const printing = { noTruncation: 1, structuralFallback: 8, classAsLiteral: 2048, uniqueSymbol: 1 << 20 };
const printFlags = Object.values(printing).reduce((flags, flag) => flags | flag);

/** The declarations that stand for `names` in later cells: types are printed, classes and types are in the reader's own words. */
export async function declarationsOf(
  ast: Ast,
  file: SourceFile,
  { checker }: OpenedFile,
  names: readonly DeclaredName[],
): Promise<Declaration[]> {
  const groups = [...grouped(names).values()];
  const printed = groups
    .filter((group) => group.every(({ kind }) => kind === "variable" || kind === "function"))
    .map(([first]) => first);
  const types =
    printed.length > 0 ? await checker.getTypeAtLocation(printed.map(({ identifier }) => identifier)) : [];
  const texts = await Promise.all(
    types.map(async (type, i): Promise<[DeclaredName, string]> => {
      if (!type) return [printed[i], "any"];
      const text = await checker.typeToString(type, file, printFlags);
      const literal = printed[i].constant && type.isLiteralType() && isFresh(type);
      return [printed[i], (literal ? "= " : "") + withoutPrivate(text)];
    }),
  );
  const typeOf = new Map(texts);
  return groups.map((group) => {
    const [{ name, needsRun, from, type }] = group;
    return {
      name,
      type,
      meaning: together(group),
      needsRun: needsRun && group.every((one) => one.needsRun),
      text: from ? "" : textOf(ast, file, group, typeOf.get(group[0])),
      ...(from && { from }),
    };
  });
}

/** A name's declarations belong together, but a value and a type of one name may be replaced one by one. */
function grouped(names: readonly DeclaredName[]): Map<string, DeclaredName[]> {
  const double = new Set(names.filter(({ meaning }) => meaning === "both").map(({ name }) => name));
  return groupBy(names, ({ name, meaning }) => (double.has(name) ? name : `${meaning} ${name}`));
}

function together(group: readonly DeclaredName[]): Meaning {
  return group.every(({ meaning }) => meaning === group[0].meaning) ? group[0].meaning : "both";
}

function isFresh(type: object): boolean {
  const { id, freshType } = type as { id?: number; freshType?: number };
  return id !== undefined && id === freshType;
}

function textOf(
  ast: Ast,
  file: SourceFile,
  group: readonly DeclaredName[],
  type: string | undefined,
): string {
  const [first] = group;
  const { name, statement, constant } = first;
  if (first.text !== undefined) return group.map(({ text }) => text).join("\n");
  const documentation = commentOf(statement, file);
  if (type === undefined || type === `typeof ${name}`)
    return group.map((one) => commentOf(one.statement, file) + sourceOf(ast, file, one)).join("\n");
  if (first.kind === "variable") {
    const keyword = constant ? "const" : "let";
    return `${documentation}declare ${keyword} ${name}${type.startsWith("= ") ? " " : ": "}${type};`;
  }
  const overloads = group.filter(({ statement }) => !(statement as { body?: unknown }).body);
  if (overloads.length > 0)
    return overloads
      .map((one) => `${commentOf(one.statement, file)}declare ${sourceOf(ast, file, one)}`)
      .join("\n");
  const signature = signatureOf(type);
  return signature === undefined
    ? `${documentation}declare const ${name}: ${type};`
    : `${documentation}declare function ${name}${signature};`;
}

/** The comment that documents a statement, with a line end. */
function commentOf(statement: DeclaredName["statement"], file: SourceFile): string {
  const comment = statement.jsDoc?.at(-1)?.getText(file);
  return comment === undefined ? "" : `${comment}\n`;
}

/** A statement in the reader's words, without the `export` and `default` before it. */
function sourceOf(ast: Ast, file: SourceFile, { statement }: DeclaredName): string {
  const { modifiers = [] } = statement as { modifiers?: readonly DeclaredName["statement"][] };
  const dropped = new Set<number>([ast.SyntaxKind.ExportKeyword, ast.SyntaxKind.DefaultKeyword]);
  const start = statement.getStart(file);
  const kept = modifiers.filter(({ kind }) => !dropped.has(kind)).map((one) => `${one.getText(file)} `);
  const rest = file.text.slice(modifiers.at(-1)?.end ?? start, statement.end).trimStart();
  return kept.join("") + rest;
}

/** `(a: T) => R` as `(a: T): R`; undefined for types that are more than one signature. */
function signatureOf(type: string): string | undefined {
  if (!/^[<(]/.test(type)) return undefined;
  let depth = 0;
  for (const { 0: token, index } of type.matchAll(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|=>|[()[\]{}<>]/g)) {
    if (token === "=>") {
      if (depth === 0) return `${type.slice(0, index).trimEnd()}:${type.slice(index + 2)}`;
    } else if ("([{<".includes(token)) depth++;
    else if (")]}>".includes(token)) depth--;
  }
  return undefined;
}

/** Fields #x are written into the types of objects whose class has no name, where they are not allowed. */
function withoutPrivate(type: string): string {
  let text = type;
  for (
    let at = text.search(/(?<=[{;] )#[\p{ID_Start}$_]/u);
    at >= 0;
    at = text.search(/(?<=[{;] )#[\p{ID_Start}$_]/u)
  ) {
    let depth = 0;
    let end = at;
    while (depth > 0 || text[end] !== ";") {
      if ("([{".includes(text[end])) depth++;
      if (")]}".includes(text[end])) depth--;
      end++;
    }
    text = text.slice(0, at) + text.slice(end + 1).trimStart();
  }
  return text;
}
