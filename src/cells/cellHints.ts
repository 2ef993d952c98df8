import type { Diagnostic } from "./diagnostic";

/** How many errors a cell would have if its code were this. */
export type ErrorCounter = (code: string) => Promise<number>;

/** A node of a compiler's syntax tree, with the parts that hints look at. */
export type SyntaxNode = {
  readonly end: number;
  readonly parent: SyntaxNode;
  readonly expression?: SyntaxNode;
  readonly initializer?: SyntaxNode;
  readonly left?: SyntaxNode;
  readonly name?: SyntaxNode;
  readonly right?: SyntaxNode;
};

/** What a compiler tells of its nodes. */
export type Syntax = {
  isBinaryExpression(node: SyntaxNode): boolean;
  isExpression(node: SyntaxNode): boolean;
  isPropertyAccessExpression(node: SyntaxNode): boolean;
  isPropertyAssignment(node: SyntaxNode): boolean;
  isReturnStatement(node: SyntaxNode): boolean;
  isVariableDeclaration(node: SyntaxNode): boolean;
  /** Where the node's text begins, without what stands before it. */
  start(node: SyntaxNode): number;
  forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void;
};

/** The cell that hints are for: its code begins at `offset` of what has been parsed. */
export type HintedCell = {
  readonly syntax: Syntax;
  readonly statements: readonly SyntaxNode[];
  readonly offset: number;
  readonly code: string;
  readonly diagnostics: readonly Diagnostic[];
};

type Helps = (changed: string) => Promise<boolean>;
/** An expression's place in the cell's code. */
type Place = { readonly start: number; readonly end: number };

/** The most errors of a cell that are examined; the rest is mostly more of the same. */
const most = 5;
/** A cell with more errors is no beginner's slip, and each trial takes long. */
const tooMany = 50;
/** Errors for something that should be a number: in arithmetic, as an argument, in an assignment, beside an operator. */
const numberNeeded = new Set([2362, 2363, 2345, 2322, 2365]);
const nameMissing = new Set([2304, 2552, 18004]);

const ownError = "\n;{ const ours: 1 = 2; }";

/** Counts the places of errors by a check of types. Code that hides an error of ours at its end counts as no better. */
export function errorCounter(check: (code: string) => Promise<readonly Diagnostic[]>): ErrorCounter {
  return async (code) => {
    const diagnostics = await check(code + ownError);
    const starts = new Set(diagnostics.map(({ start }) => start.offset));
    const oursAt = code.length + ownError.indexOf("ours");
    const oursIsThere = diagnostics.some((one) => one.code === 2322 && one.start.offset === oursAt);
    return oursIsThere ? starts.size - 1 : Number.POSITIVE_INFINITY;
  };
}

/**
 * What a beginner may have meant, for each error by its index in the list. A hint is a change that has been tried: it is
 * given only if the cell has fewer errors with it.
 */
export async function cellHints(cell: HintedCell, count: ErrorCounter): Promise<Map<number, string>> {
  const { diagnostics, code } = cell;
  const hints = new Map<number, string>();
  const errors = new Set(diagnostics.map(({ start }) => start.offset)).size;
  if (errors > tooMany) return hints;
  const helps: Helps = async (changed) => (await count(changed)) < errors;
  const chosen = diagnostics.filter(
    ({ fileName, start }, i) => fileName === undefined && start.offset !== diagnostics[i - 1]?.start.offset,
  );
  for (const diagnostic of chosen.slice(0, most)) {
    const hint =
      (await importHint(diagnostic, code, helps)) ?? (await expressionHint(cell, diagnostic, helps));
    if (hint !== undefined && ![...hints.values()].includes(hint))
      hints.set(diagnostics.indexOf(diagnostic), hint);
  }
  return hints;
}

/** The hint for an unknown name, if the library has it. */
export async function unknownNameHint(name: string, count: ErrorCounter): Promise<string | undefined> {
  return (await count(importLine(name))) === 0 ? partOfLibrary(name) : undefined;
}

/** The statement that imports a name of the library. */
export function importLine(name: string): string {
  return `import { ${name} } from "intrinsic-params";`;
}

function partOfLibrary(name: string): string {
  return `${name} is part of the library; write first: ${importLine(name)}`;
}

async function importHint(
  { code: number, start, end }: Diagnostic,
  code: string,
  helps: Helps,
): Promise<string | undefined> {
  if (!nameMissing.has(number)) return undefined;
  const name = code.slice(start.offset, end.offset);
  return (await helps(`${code}\n${importLine(name)}`)) ? partOfLibrary(name) : undefined;
}

async function expressionHint(
  cell: HintedCell,
  diagnostic: Diagnostic,
  helps: Helps,
): Promise<string | undefined> {
  for (const place of expressionsAt(cell, diagnostic)) {
    const hint =
      (await awaitHint(diagnostic, place, cell.code, helps)) ??
      (await elementHint(diagnostic, place, cell.code, helps));
    if (hint !== undefined) return hint;
  }
  return undefined;
}

async function awaitHint(
  { code: number, messageText }: Diagnostic,
  place: Place,
  code: string,
  helps: Helps,
): Promise<string | undefined> {
  if (!messageText.includes("Promise<") && number !== 2362 && number !== 2363) return undefined;
  const text = code.slice(place.start, place.end);
  if (!(await helps(replaced(place, code, `(await (${text} satisfies PromiseLike<unknown>))`))))
    return undefined;
  return `this is a promise, a value that comes later; wait for it: ${short(`await ${text}`)}`;
}

async function elementHint(
  { code: number }: Diagnostic,
  place: Place,
  code: string,
  helps: Helps,
): Promise<string | undefined> {
  if (!numberNeeded.has(number)) return undefined;
  const text = code.slice(place.start, place.end);
  if (!(await helps(replaced(place, code, `(${text} satisfies ArrayLike<number>)[0]`)))) return undefined;
  return `this is an array of numbers; take one of them: ${short(`${text}[0]`)}`;
}

/** The expressions that an error may be about: those that it underlines, or whose value goes to what it underlines. */
function expressionsAt({ syntax, statements, offset }: HintedCell, { start, end }: Diagnostic): Place[] {
  const found = new Set<SyntaxNode>();
  const placeOf = (node: SyntaxNode): Place => ({
    start: syntax.start(node) - offset,
    end: node.end - offset,
  });
  const visit = (node: SyntaxNode): void => {
    const place = placeOf(node);
    if (place.start > start.offset || place.end < end.offset) return;
    // Of a return statement only the word is underlined.
    const isWhole = place.end === end.offset || syntax.isReturnStatement(node);
    if (place.start === start.offset && isWhole) for (const one of meant(syntax, node)) found.add(one);
    syntax.forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  return [...found].map(placeOf);
}

function meant(syntax: Syntax, node: SyntaxNode): SyntaxNode[] {
  const { parent } = node;
  const those = (...nodes: readonly (SyntaxNode | undefined)[]) => nodes.filter((one) => one !== undefined);
  if (syntax.isReturnStatement(node)) return those(node.expression);
  if (syntax.isBinaryExpression(node)) return those(node.left, node.right);
  if (syntax.isPropertyAccessExpression(parent) && parent.name === node) return those(parent.expression);
  if ((syntax.isVariableDeclaration(parent) || syntax.isPropertyAssignment(parent)) && parent.name === node)
    return those(parent.initializer);
  if (syntax.isBinaryExpression(parent) && parent.left === node) return those(node, parent.right);
  return syntax.isExpression(node) ? [node] : [];
}

function replaced({ start, end }: Place, code: string, text: string): string {
  return code.slice(0, start) + text + code.slice(end);
}

/** A change as a hint shows it: in full if it is short and on one line, else abbreviated. */
function short(text: string): string {
  return text.length <= 60 && !text.includes("\n") ? text : text.startsWith("await ") ? "await …" : "…[0]";
}
