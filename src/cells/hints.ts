import type { Node } from "@tslab/typescript-for-tslab";
import { type Diagnostic, typescript as ts } from "./tslab";

/** How many errors a cell would have if its code were this. */
export type CountErrors = (code: string) => number;

/** The most errors of a cell that are examined; the rest is mostly more of the same. */
const most = 5;
/** A cell with more errors is no beginner's slip, and each trial takes long. */
const tooMany = 50;
/** Errors for something that should be a number: in arithmetic, as an argument, in an assignment, beside an operator. */
const numberNeeded = new Set([2362, 2363, 2345, 2322, 2365]);
const nameMissing = new Set([2304, 2552, 18004]);

/**
 * What a beginner may have meant, for each error by its index in the list. A hint is a change that has been tried: it is
 * given only if the cell has fewer errors with it.
 */
export function hintsFor(
  diagnostics: readonly Diagnostic[],
  code: string,
  count: CountErrors,
): Map<number, string> {
  const hints = new Map<number, string>();
  const errors = new Set(diagnostics.map(({ start }) => start.offset)).size;
  if (errors > tooMany) return hints;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  const chosen = diagnostics.filter(
    ({ fileName, start }, i) => fileName === undefined && start.offset !== diagnostics[i - 1]?.start.offset,
  );
  for (const diagnostic of chosen.slice(0, most)) {
    const helps = (changed: string) => count(changed) < errors;
    const hint =
      importHint(diagnostic, code, helps) ??
      expressionsAt(file, diagnostic)
        .map((node) => awaitHint(diagnostic, node, code, helps) ?? elementHint(diagnostic, node, code, helps))
        .find((found) => found !== undefined);
    if (hint !== undefined && ![...hints.values()].includes(hint))
      hints.set(diagnostics.indexOf(diagnostic), hint);
  }
  return hints;
}

/** The hint for an unknown name, if the library has it. */
export function libraryHint(name: string, count: CountErrors): string | undefined {
  const line = importLine(name);
  return count(line) === 0 ? partOfLibrary(name) : undefined;
}

type Helps = (changed: string) => boolean;

function importLine(name: string): string {
  return `import { ${name} } from "intrinsic-params";`;
}

function partOfLibrary(name: string): string {
  return `${name} is part of the library; write first: ${importLine(name)}`;
}

function importHint(
  { code: number, start, end }: Diagnostic,
  code: string,
  helps: Helps,
): string | undefined {
  if (!nameMissing.has(number)) return undefined;
  const name = code.slice(start.offset, end.offset);
  return helps(`${code}\n${importLine(name)}`) ? partOfLibrary(name) : undefined;
}

function awaitHint(
  { code: number, messageText }: Diagnostic,
  node: Node,
  code: string,
  helps: Helps,
): string | undefined {
  if (!messageText.includes("Promise<") && number !== 2362 && number !== 2363) return undefined;
  const text = textOf(node, code);
  if (!helps(replaced(node, code, `(await (${text} satisfies PromiseLike<unknown>))`))) return undefined;
  return `this is a promise, a value that comes later; wait for it: ${short(`await ${text}`)}`;
}

function elementHint(
  { code: number }: Diagnostic,
  node: Node,
  code: string,
  helps: Helps,
): string | undefined {
  if (!numberNeeded.has(number)) return undefined;
  const text = textOf(node, code);
  if (!helps(replaced(node, code, `(${text} satisfies ArrayLike<number>)[0]`))) return undefined;
  return `this is an array of numbers; take one of them: ${short(`${text}[0]`)}`;
}

/** The expressions that an error may be about: those that it underlines, or whose value goes to what it underlines. */
function expressionsAt(file: Node, { start, end }: Diagnostic): Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (node.getStart() > start.offset || node.end < end.offset) return;
    if (node.getStart() === start.offset && node.end === end.offset) found.push(...meant(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...new Set(found)];
}

function meant(node: Node): Node[] {
  const { parent } = node;
  if (ts.isSourceFile(node)) return [];
  if (ts.isReturnStatement(node)) return node.expression ? [node.expression] : [];
  if (ts.isBinaryExpression(node)) return [node.left, node.right];
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return [parent.expression];
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.name === node)
    return parent.initializer ? [parent.initializer] : [];
  if (ts.isBinaryExpression(parent) && parent.left === node) return [node, parent.right];
  return ts.isExpression(node) ? [node] : [];
}

function textOf(node: Node, code: string): string {
  return code.slice(node.getStart(), node.end);
}

function replaced(node: Node, code: string, text: string): string {
  return code.slice(0, node.getStart()) + text + code.slice(node.end);
}

/** A change as a hint shows it: in full if it is short and on one line, else abbreviated. */
function short(text: string): string {
  return text.length <= 60 && !text.includes("\n") ? text : text.startsWith("await ") ? "await …" : "…[0]";
}
