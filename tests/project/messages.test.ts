import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { sources } from "../helpers/declarations";
import { ROOT } from "../helpers/root";

/** Messages that stored outputs quote, which stay as they are; and one that is no sentence. */
const OTHERWISE = [
  "must be an integer from 0 to ${below - 1}, got ${shown(index)}", // Notebook 03.
  "the modulus of continuity is contradicted", // Notebook 04.
  "usage: node dist/kernel/main.js", // A line to type.
];
/** How an ordinary word begins a message in lower case; names of parameters and functions may. */
const ORDINARY =
  /^(the|a|an|expected|this|these|two|networks|cannot|unknown|no|layer|class|curve|point|coordinate|image|cells) /;

/** The messages of all errors that a file makes: texts as written, with ${…} for what is put in. */
function messagesOf(file: string): string[] {
  const text = fs.readFileSync(path.join(ROOT, "src", file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /^(Range|Type|Syntax)?Error$/.test(node.expression.getText())) {
      const message = node.arguments?.[0] && written(node.arguments[0]);
      if (message) found.push(message);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A text as the code writes it; undefined for what another expression makes. */
function written(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return node.getText().slice(1, -1);
  if (!ts.isBinaryExpression(node)) return undefined;
  const [left, right] = [written(node.left), written(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

const messages = sources
  .flatMap((file) => messagesOf(file).map((message) => `${file}: ${message}`))
  .filter((message) => !OTHERWISE.some((kept) => message.includes(kept)));
const textOf = (message: string) => message.slice(message.indexOf(": ") + 2);

test("an error's message is a sentence: it begins with a capital or a name, and ends with a full stop", () => {
  expect(messages.length).toBeGreaterThan(300);
  expect(messages.filter((message) => ORDINARY.test(textOf(message)))).toEqual([]);
  // Where the end is put in, what is put in ends it.
  expect(messages.filter((message) => !/[.?]$|\}$/.test(message))).toEqual([]);
  // What came is no end of its own.
  expect(messages.filter((message) => /\$\{shown\([^}]*\)\}$/.test(message))).toEqual([]);
});

test("an error's message says what came behind “; got”, in no other words", () => {
  expect(messages.filter((message) => /, got |\bbut was\b|\bbut got\b|\breceived\b/.test(message))).toEqual(
    [],
  );
});
