import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beginnersCell } from "../beginnersCell";
import { Notebook } from "./notebook";

const notebook = new Notebook();
const { checker } = notebook;

beforeAll(async () => {
  const errors = await notebook.cell(beginnersCell);
  expect(errors).toEqual([]);
});
afterAll(() => checker.close());

async function hintsOf(code: string): Promise<string[]> {
  const cell = await checker.check(code);
  return [...(await checker.hints(cell)).values()];
}

const element = (text: string) => `this is an array of numbers; take one of them: ${text}[0]`;
const wait = (text: string) => `this is a promise, a value that comes later; wait for it: await ${text}`;
const library = (name: string) =>
  `${name} is part of the library; write first: import { ${name} } from "intrinsic-params";`;

describe("a hint is given", () => {
  test.each([
    ["x * 2", element("x")],
    ["1 < x", element("x")],
    ["double(x)", element("x")],
    ["const n: number = x;", element("x")],
    ["[1, 2] ** 2", element("[1, 2]")],
    ["const f = (y: Float64Array): number => { return y; };", element("y")],
    ["target((x) => x ** 2, { dimension: 1, lipschitz: 2 })", element("x")],
    ["later().loss", wait("later()")],
    ["const run = later(); run.loss", wait("run")],
    ["1 + laterNumber()", wait("laterNumber()")],
    ["const options: { n: number } = { n: laterNumber() };", wait("laterNumber()")],
    ["async () => { return double(laterNumber()); }", wait("laterNumber()")],
    ["approximateLp", library("approximateLp")],
    ["const options = { approximateLp };", library("approximateLp")],
    ["let report: BackendInfo;", library("BackendInfo")],
  ])("for %s", async (code, hint) => {
    expect(await hintsOf(code)).toEqual([hint]);
  });

  test("for each name once", async () => {
    const hints = await hintsOf("readImage('a'); readImage('b'); fashionMnist();");
    expect(hints).toEqual([library("readImage"), library("fashionMnist")]);
  });

  test("for a name that a running cell has not found", async () => {
    expect(await checker.libraryHint("approximateLp")).toBe(library("approximateLp"));
    expect(await checker.libraryHint("undeclared")).toBeUndefined();
  });
});

test.each([
  "undeclared",
  "({} as { loss: number }).los",
  "later().lost",
  "'text' * 2",
  "({ 0: 'a' }) * 2",
  "[[1], [2]] * 2",
  "const p: Promise<string> = laterNumber();",
  "const s: string = laterNumber();",
  "const f = () => double(laterNumber());",
  "double(['a'])",
  "undeclared(`",
  "approximateLp /*",
])("no hint where it would be wrong: %s", async (code) => {
  expect(await hintsOf(code)).toEqual([]);
});

test("a hint's trial leaves nothing behind", async () => {
  await hintsOf("approximateLp");
  expect(await notebook.cell("typeof approximateLp.name")).toEqual(["1:8 TS2304"]);
});
