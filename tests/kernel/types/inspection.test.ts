import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook } from "./notebook";

const notebook = new Notebook();
const { checker } = notebook;

beforeAll(async () => {
  const errors = await notebook.cell(
    `import { approximateLp, type Target } from "intrinsic-params";
/** Doubles a number.
 * @param n what is doubled
 * @returns twice as much */
function double(n: number) { return 2 * n; }
/** As many as there are. */
const count = 3;
let f: Target;
class Point {
  /** How far right. */
  x = 0;
}`,
  );
  expect(errors).toEqual([]);
});
afterAll(() => checker.close());

/** The text at the bar; undefined if nothing is known. */
async function at(marked: string, detail: 0 | 1 = 0): Promise<string | undefined> {
  const offset = marked.indexOf("|");
  const found = await checker.inspect(marked.slice(0, offset) + marked.slice(offset + 1), offset, detail);
  return found.found ? found.plain : undefined;
}

test.each([
  [
    "dou|ble(1)",
    "function double(n: number): number\n\nDoubles a number.\n\n@param n — what is doubled\n\n@returns — twice as much",
  ],
  ["double|", "function double(n: number): number"],
  ["coun|t", "const count: 3\n\nAs many as there are."],
  ["new Point().x|", "(property) Point.x: number\n\nHow far right."],
  [
    "parse|Int",
    "function parseInt(string: string, radix?: number): number\n\nConverts a string to an integer.",
  ],
  ["f|", "let f: Target"],
  ["const local = [1]; local.ma|p", "(method) Array<number>.map<U>("],
])("of %j the text begins with %j", async (marked, text) => {
  expect((await at(marked))?.slice(0, text.length)).toBe(text);
});

test("in a call's parentheses the call is told", async () => {
  expect(await at("double(|")).toMatch(/^double\(n: number\): number\n\nDoubles a number\./);
  expect(await at("approximateLp(f, |)")).toMatch(
    /^approximateLp\(f: Target, options: LpOptions\): Approximation/,
  );
});

test("more detail tells all overloads", async () => {
  expect((await at("'a'.replace(|", 0))?.match(/^replace\(/gm)).toHaveLength(1);
  expect((await at("'a'.replace(|", 1))?.match(/^replace\(/gm)).toHaveLength(4);
});

test.each(["|", "1 + |1", "// count|", "undeclared|"])("of %j nothing is known", async (marked) => {
  expect(await at(marked)).toBeUndefined();
});

test("the Markdown has the same text, code in a fence", async () => {
  const found = await checker.inspect("count", 2, 0);
  expect(found).toMatchObject({ markdown: "```typescript\nconst count: 3\n```\nAs many as there are." });
});
