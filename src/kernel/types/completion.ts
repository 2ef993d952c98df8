import { importLine } from "../../cells/cellHints";
import { bundledModule, type LibraryName } from "./bundledDeclarations";
import { moduleName } from "./notebookNames";

/** What a text at a position can be completed to. */
export type Completion = {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly CompletionMatch[];
};

/** One way to go on: `text` takes the place of the code from `start` to `end`. */
export type CompletionMatch = {
  readonly text: string;
  /** What it is, as JupyterLab's icons know it: "function", "property", "keyword" … */
  readonly type: string;
  readonly start: number;
  readonly end: number;
};

/** An entry of the language server's list. */
export type CompletionItem = {
  readonly label: string;
  readonly kind?: number;
  readonly sortText?: string;
  readonly insertText?: string;
  readonly filterText?: string;
  /** What its text replaces. */
  readonly textEdit?: { readonly range?: { readonly start: { readonly character: number } } };
};

/** The kinds of the language server protocol, from 1. */
const kinds =
  "text method function constructor field variable class interface module property unit value enum keyword snippet color file reference folder enum-member constant struct event operator type-parameter".split(
    " ",
  );
/** A keyword that the server offers except where only a type can stand. */
const notInTypes = "await";
/** A name of the library is offered for so many letters. */
const fewest = 2;
const identifier = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u;
const words = /[\p{ID_Continue}$]+/gu;

/** A name that the notebook knows. */
export type KnownName = { readonly name: string; readonly type: string };

/**
 * The completions at an offset of a cell's code: those of the compiler, and names of earlier cells. Where none of them begins
 * as the word does, names of the library. One that the word must mean brings its import: it replaces the statement from its
 * start on.
 */
export async function completionAt(
  code: string,
  offset: number,
  items: readonly CompletionItem[],
  known: { readonly notebook: readonly KnownName[]; readonly library: readonly LibraryName[] },
  statementStart: () => Promise<number | undefined>,
): Promise<Completion> {
  const inString = items.length > 0 && items.every(({ kind }) => kind !== undefined && isPath(kind));
  const word = inString ? pathAt(code, offset, items) : wordAt(code, offset);
  const typed = code.slice(word.start, offset);
  const found = items.filter(
    ({ label, kind = 1 }) =>
      !label.startsWith(moduleName) &&
      !label.startsWith(bundledModule) &&
      // There may be one of ours beside the cell.
      !(label === "package.json" && kinds[kind - 1] === "file"),
  );
  const names: (KnownName & { sort: string })[] = found
    .map(({ label, kind, insertText, sortText = "" }) => ({
      name: insertText ?? label,
      type: kinds[(kind ?? 1) - 1],
      sort: sortText,
    }))
    .filter(({ name }) => inString || identifier.test(name) || isQuoted(code, word.start));
  const isScope = found.some(({ label }) => label === "globalThis");
  if (isScope) names.push(...known.notebook.map((one) => ({ ...one, sort: "11" })));
  const matches = ranked(names, code.slice(word.start, word.end), typed).map(({ name, type }) => ({
    text: name,
    type,
    ...word,
  }));
  const begins = matches.some(({ text }) => text.startsWith(typed));
  if (begins || !isScope || typed.length < fewest) return { ...word, matches };
  const isType = !items.some(({ label }) => label === notInTypes);
  const library = known.library
    .filter((one) => (isType ? one.isType : one.isValue) && one.name.startsWith(typed))
    .map(({ name, type }) => ({ name, type, sort: "" }));
  if (library.length === 0) return { ...word, matches };
  const statement = await statementStart();
  if (statement === undefined) return { ...word, matches };
  const meant = theOnly(library, code, word);
  if (!meant)
    return {
      ...word,
      matches: ranked(library, typed, typed).map(({ name, type }) => ({ text: name, type, ...word })),
    };
  const { name, type } = meant;
  const place = { start: statement, end: word.end };
  const text = `${importLine(name)}\n${code.slice(statement, word.start)}${name}`;
  return { ...place, matches: [{ text, type, ...place }] };
}

/**
 * The name that a word must mean, if it may bring its import. JupyterLab fills in what all entries of a list begin with, and
 * adds the cell's own words that go on from this one, then replacing the word alone: more of the code than the word may be
 * replaced only where there is neither.
 */
function theOnly(
  library: readonly KnownName[],
  code: string,
  { start, end }: { start: number; end: number },
) {
  const whole = code.slice(start, end);
  if ((code.match(words) ?? []).some((one) => one.startsWith(whole) && one !== whole)) return undefined;
  return library.find(({ name }) => name === whole) ?? (library.length === 1 ? library[0] : undefined);
}

function isPath(kind: number): boolean {
  const name = kinds[kind - 1];
  return name === "file" || name === "folder" || name === "module";
}

function isQuoted(code: string, start: number): boolean {
  return /["'`]/.test(code[start - 1] ?? "");
}

/** The part of a path that the items replace: `node:f` as a whole, but of `./sol` only `sol`. */
function pathAt(code: string, offset: number, [{ textEdit }]: readonly CompletionItem[]) {
  const { start, end } = wordAt(code, offset);
  const replaced = textEdit?.range?.start.character;
  if (replaced === undefined) return { start, end };
  return { start: code.lastIndexOf("\n", offset - 1) + 1 + replaced, end };
}

function wordAt(code: string, offset: number): { start: number; end: number } {
  const start = offset - (/[\p{ID_Continue}$#]*$/u.exec(code.slice(0, offset))?.[0].length ?? 0);
  const end = offset + (/^[\p{ID_Continue}$]*/u.exec(code.slice(offset))?.[0].length ?? 0);
  return { start, end };
}

/** Names that begin as the word, then those that do so in other letters' size, then those that contain it; each once. */
function ranked<T extends { name: string; sort: string }>(
  names: readonly T[],
  word: string,
  typed: string,
): T[] {
  const lower = typed.toLowerCase();
  const rank = ({ name }: T) => {
    if (name.startsWith(word) && word.length > 0) return 0;
    if (name.startsWith(typed)) return 1;
    if (name.toLowerCase().startsWith(lower)) return 2;
    return name.toLowerCase().includes(lower) ? 3 : undefined;
  };
  const seen = new Set<string>();
  return names
    .map((one) => ({ one, rank: rank(one) }))
    .filter((found): found is { one: T; rank: number } => found.rank !== undefined)
    .sort(
      (a, b) =>
        a.rank - b.rank || compare(a.one.sort, b.one.sort) || a.one.name.localeCompare(b.one.name, "en"),
    )
    .map(({ one }) => one)
    .filter(({ name }) => !seen.has(name) && seen.add(name));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
