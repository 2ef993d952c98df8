import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beginnersCell } from "./beginnersCell";
import { Kernel, ofType } from "./kernel";

const kernel = new Kernel();

beforeAll(async () => {
  await kernel.start();
  await kernel.run(beginnersCell);
});
afterAll(() => kernel.close());

async function traceback(code: string): Promise<string[]> {
  const [error] = ofType(await kernel.run(code), "error");
  expect(error, "an error").toBeDefined();
  return error.traceback;
}

const hintsIn = (lines: string[]) => lines.filter((line) => line.startsWith("    hint: "));
const element = (text: string) => `    hint: this is an array of numbers; take one of them: ${text}[0]`;
const wait = (text: string) =>
  `    hint: this is a promise, a value that comes later; wait for it: await ${text}`;
const library = (name: string) =>
  `    hint: ${name} is part of the library; write first: import { ${name} } from "intrinsic-params";`;

describe("a number of a point is meant", () => {
  test.each([
    ["x * 2", "x"],
    ["2 * x", "x"],
    ["x + 1", "x"],
    ["1 < x", "x"],
    ["Math.sin(x)", "x"],
    ["double(x)", "x"],
    ["const n: number = x;", "x"],
    ["[1, 2] ** 2", "[1, 2]"],
    ["const f = (y: Float64Array): number => { return y; };", "y"],
    ["(y: Float64Array) => y ** 2", "y"],
  ])("in %s", async (code, text) => {
    expect(hintsIn(await traceback(code))).toEqual([element(text)]);
  });

  test("in the function of a target", async () => {
    const lines = await traceback("target((x) => x ** 2, { dimension: 1, lipschitz: 2 })");
    expect(hintsIn(lines)).toEqual([element("x")]);
  });
});

describe("an await is missing", () => {
  test.each([
    ["later().loss", "later()"],
    ["const run = later(); run.loss", "run"],
    ["laterNumber() * 2", "laterNumber()"],
    ["1 + laterNumber()", "laterNumber()"],
    ["double(laterNumber())", "laterNumber()"],
    ["const n: number = laterNumber();", "laterNumber()"],
    ["let n: number; n = laterNumber();", "laterNumber()"],
    ["const options: { n: number } = { n: laterNumber() };", "laterNumber()"],
    ["async () => { return double(laterNumber()); }", "laterNumber()"],
  ])("in %s", async (code, text) => {
    expect(hintsIn(await traceback(code))).toEqual([wait(text)]);
  });
});

describe("a name of the library is not imported", () => {
  test.each([
    ["approximateLp", "approximateLp"],
    ["const f = () => readImage('x.png');", "readImage"],
    ["const options = { approximateLp };", "approximateLp"],
    ["let report: BackendInfo;", "BackendInfo"],
  ])("in %s", async (code, name) => {
    expect(hintsIn(await traceback(code))).toEqual([library(name)]);
  });

  test("two names have a hint each, but only once", async () => {
    const lines = await traceback("readImage('a'); readImage('b'); fashionMnist();");
    expect(hintsIn(lines)).toEqual([library("readImage"), library("fashionMnist")]);
  });

  test("when the cell runs", async () => {
    const lines = await traceback("eval('approximateLp')");
    expect(lines[0]).toBe("ReferenceError: approximateLp is not defined");
    expect(lines[1]).toBe(library("approximateLp"));
  });
});

test("the message stays as it is, and the hint comes after it", async () => {
  const lines = await traceback("x * 2");
  expect(lines).toEqual([
    "TypeScriptError",
    expect.stringMatching(
      /^Cell \[\d+\], line 1:1: TS2362: The left-hand side of an arithmetic operation must be/,
    ),
    "    x * 2",
    "    ^",
    element("x"),
  ]);
});

test("the line that a hint says works", async () => {
  const hint = hintsIn(await traceback("kmnist"))[0];
  const run = await kernel.run(`${hint.slice(hint.indexOf("import"))}\ntypeof kmnist`);
  expect(ofType(run, "execute_result")[0].data["text/plain"]).toBe("function");
});

describe("no hint where it would be wrong", () => {
  test.each([
    "undeclared",
    "eval('undeclared')",
    "({} as { loss: number }).los",
    "later().lost",
    "'text' * 2",
    "new Date() * 2",
    "({ 0: 'a' }) * 2",
    "[[1], [2]] * 2",
    "const n: number = 'a';",
    "const p: Promise<string> = laterNumber();",
    "const s: string = laterNumber();",
    "const f = () => double(laterNumber());",
    "double(['a'])",
    "const s: string = x;",
    "undeclared(`",
    "approximateLp /*",
    "throw new ReferenceError('no library here')",
    "throw Object.assign(new Error('approximateLp is not defined'), { name: 'Mine' })",
  ])("in %s", async (code) => {
    expect(hintsIn(await traceback(code))).toEqual([]);
  });

  test("and a hint's trial leaves nothing behind", async () => {
    await traceback("approximateLp");
    expect((await traceback("typeof approximateLp.name"))[1]).toMatch(
      /TS2304: Cannot find name 'approximateLp'/,
    );
    expect((await kernel.run("double(x[0])")).reply.status).toBe("ok");
  });
});
