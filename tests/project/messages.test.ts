import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/root";

/** Messages that stored outputs quote, which stay as they are; and some that are no sentence. */
const OTHERWISE = [
  "must be an integer from 0 to ${below - 1}, got ${shown(index)}", // Notebook 03.
  "the modulus of continuity is contradicted", // Notebook 04.
  "usage: node dist/kernel/main.js", // A line to type.
  "your function ", // Stands behind “Not yet:”.
  "the cell was stopped", // Stands behind the name of its class.
];
/** How an ordinary word begins a message in lower case; names of parameters and functions may. */
const ORDINARY =
  /^(the|a|an|expected|this|these|two|it|networks|cannot|unknown|no|layer|class|curve|point|coordinate|image|cells) /;

const files = ["src", "scripts", "benchmarks"].flatMap((folder) =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(m?ts|mjs|cjs)$/.test(file) && !/\.d\.m?ts$/.test(file))
    .map((file) => path.join(ROOT, folder, file)),
);
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  strict: true,
  allowJs: true,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();

/** A text that the code writes, with a mark for each value that is put into it. */
type Text = { readonly text: string; readonly values: readonly ts.Expression[] };
type Message = Text & { readonly file: string };
const MARK = "\0";

const joined = (texts: readonly Text[], more: readonly Text[]): Text[] =>
  texts.flatMap((one) =>
    more.map((other) => ({ text: one.text + other.text, values: [...one.values, ...other.values] })),
  );

/** Whether an expression is a text that the code writes, at least in one case. */
function isWritten(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isWritten(node.expression);
  if (ts.isConditionalExpression(node)) return isWritten(node.whenTrue) || isWritten(node.whenFalse);
  if (ts.isBinaryExpression(node)) return isWritten(node.left) || isWritten(node.right);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** All texts that an expression can be: one for each way through its conditions. */
function textsOf(node: ts.Expression): Text[] {
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isStringLiteralLike(node)) return [{ text: node.getText().slice(1, -1), values: [] }];
  if (ts.isTemplateExpression(node)) {
    const fixed = (literal: ts.TemplateLiteralLikeNode): Text[] => [
      { text: literal.getText().replace(/^[`}]|(`|\$\{)$/g, ""), values: [] },
    ];
    return node.templateSpans.reduce(
      (texts, { expression, literal }) => joined(joined(texts, textsOf(expression)), fixed(literal)),
      fixed(node.head),
    );
  }
  if (isWritten(node) && ts.isConditionalExpression(node))
    return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (isWritten(node) && ts.isBinaryExpression(node))
    return node.operatorToken.kind === ts.SyntaxKind.PlusToken
      ? joined(textsOf(node.left), textsOf(node.right))
      : [...textsOf(node.left), ...textsOf(node.right)];
  return [{ text: MARK, values: [node] }];
}

const sources = files.flatMap((file) => program.getSourceFile(file) ?? []);
const nodesOf = (source: ts.SourceFile): ts.Node[] => {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};
const nodes = sources.map((source) => ({ source, all: nodesOf(source) }));

/** The classes of errors, and where each has its message among what it is made of; a class may write it by itself. */
const messageAt = new Map<string, number>(
  ["Error", "RangeError", "TypeError", "SyntaxError"].map((name) => [name, 0]),
);
const superCalls: ts.CallExpression[] = [];
for (const { all } of nodes)
  for (const node of all) {
    if (!ts.isClassDeclaration(node) || !/^extends \w*Error$/.test(node.heritageClauses?.[0].getText() ?? ""))
      continue;
    const built = node.members.find(ts.isConstructorDeclaration);
    const [call] = built
      ? nodesWithin(built).filter(
          (one): one is ts.CallExpression =>
            ts.isCallExpression(one) && one.expression.kind === ts.SyntaxKind.SuperKeyword,
        )
      : [];
    const handed = call?.arguments[0]?.getText();
    const at = built?.parameters.findIndex(({ name }) => name.getText() === handed) ?? 0;
    if (at === -1) superCalls.push(call);
    else messageAt.set(node.name?.text ?? "", at);
  }
function nodesWithin(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [node];
  ts.forEachChild(node, (child) => {
    found.push(...nodesWithin(child));
  });
  return found;
}

/** The text as the code has it, with ${…} for what is put in. */
function inCode({ text, values }: Text): string {
  const [first, ...rest] = text.split(MARK);
  return first + rest.map((part, i) => `\${${values[i].getText()}}${part}`).join("");
}

const messages = nodes
  .flatMap(({ source, all }) =>
    all
      .flatMap((node) => {
        if (superCalls.includes(node as ts.CallExpression)) return (node as ts.CallExpression).arguments[0];
        const at = ts.isNewExpression(node) ? messageAt.get(node.expression.getText()) : undefined;
        return at === undefined ? [] : ((node as ts.NewExpression).arguments?.[at] ?? []);
      })
      .filter(isWritten)
      .flatMap(textsOf)
      .map(
        (text): Message => ({
          ...text,
          file: path.relative(ROOT, source.fileName).split(path.sep).join("/"),
        }),
      ),
  )
  .filter((message) => !OTHERWISE.some((kept) => inCode(message).includes(kept)));
const offending = (wrong: (message: Message) => boolean) =>
  messages.filter(wrong).map((message) => `${message.file}: ${inCode(message)}`);

/** What writes a value so that a reader sees what it is; where `shown` cannot be imported, JSON does. */
const SHOWN = /\b(shown|kindOf|inspect)\(/;
/** Texts that the code makes of numbers and of its own words. */
const OWN = [
  'forms.join(" and ")',
  'got.join(", ")',
  "shape(one)",
  "shape(other)",
  "written(input)",
  "written(output)",
];
const PLAIN = /^(scripts|benchmarks|src\/show\/lab)\//;

/** Whether `shown` is called within a node, or within what is called there. */
function callsShown(node: ts.Node, deep = 2): boolean {
  return nodesWithin(node).some((one) => {
    if (!ts.isCallExpression(one)) return false;
    if (SHOWN.test(`${one.expression.getText()}(`)) return true;
    const declared = deep > 0 ? declarationOf(one.expression) : undefined;
    return declared !== undefined && callsShown(declared, deep - 1);
  });
}
function declarationOf(name: ts.Node): ts.Declaration | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  const real = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return real?.valueDeclaration;
}

/** Whether a value is one that the code counts or computes: a number, whatever the caller gave. */
const isCounted = (value: ts.Expression): boolean =>
  ts.isBinaryExpression(value) || /\.length$|^Math\./.test(value.getText());

/** Whether a value is written by `shown`, here or where its name is declared, or is not the caller's. */
function isShown(value: ts.Expression, file: string): boolean {
  const code = value.getText();
  if (OWN.includes(code) || code.endsWith('.join("×")') || callsShown(value)) return true;
  if (PLAIN.test(file) && code.startsWith("JSON.stringify(")) return true;
  if (isCounted(value)) return true;
  const declared = declarationOf(value);
  return declared !== undefined && !ts.isParameter(declared) && callsShown(declared);
}

test("an error's message is a sentence: it begins with a capital or a name, and ends with a full stop", () => {
  expect(messages.length).toBeGreaterThan(420);
  expect(offending(({ text }) => ORDINARY.test(text))).toEqual([]);
  // Where the end is put in, what is put in ends it.
  expect(offending(({ text }) => !/[.?\0]$/.test(text))).toEqual([]);
  // What came is no end of its own.
  expect(
    offending(({ text, values }) => text.endsWith(MARK) && SHOWN.test(values[values.length - 1].getText())),
  ).toEqual([]);
});

test("an error's message says what came behind “; got”, in no other words", () => {
  expect(offending(({ text }) => /, got |\bbut was\b|\bbut got\b|\breceived\b/.test(text))).toEqual([]);
});

test("what came is written by shown, and nothing is quoted by hand", () => {
  const came = (message: Message): ts.Expression[] => {
    const [before, behind] = message.text.split(/\bgot (.*)/s);
    // Up to the end of the clause; what follows a value without a space tells more of it.
    const [clause] = behind?.split(/[;:.](?: |$)|, which /) ?? [""];
    const first = before.split(MARK).length - 1;
    return [...clause.matchAll(/(?<![^\s[("])\0/g)].map(
      ({ index }) => message.values[first + clause.slice(0, index).split(MARK).length - 1],
    );
  };
  expect(offending((message) => came(message).some((value) => !isShown(value, message.file)))).toEqual([]);
  const byHand = /"\$\{|\$\{(String\(|typeof )/;
  expect(
    offending(
      (message) =>
        byHand.test(inCode(message)) ||
        (!PLAIN.test(message.file) && inCode(message).includes("${JSON.stringify(")),
    ),
  ).toEqual([]);
});
