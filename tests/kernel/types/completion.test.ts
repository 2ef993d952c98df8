import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Notebook } from "./notebook";

const notebook = new Notebook();
const { checker } = notebook;

beforeAll(async () => {
  const errors = await notebook.cell(
    `interface Shape { first?: 1; second?: "x" | "y" }
const known = { one: 1, two() {}, "not a name": 2 };
function shaped(shape: Shape, side: "left" | "right") { return shape; }
import { target } from "intrinsic-params";`,
  );
  expect(errors).toEqual([]);
});
afterAll(() => checker.close());

/** The completions at the bar. */
async function at(marked: string) {
  const offset = marked.indexOf("|");
  const code = marked.slice(0, offset) + marked.slice(offset + 1);
  const { start, end, matches } = await checker.complete(code, offset);
  const texts = matches.map(({ text }) => text);
  return { texts, matches, replaced: code.slice(start, end), code, start, end };
}

describe("what stands first", () => {
  test.each([
    ["kno|", "known"],
    ["known.|", "one"],
    ["known.tw|", "two"],
    ["shaped(known.|", "one"],
    ["known.\nconst after = 1; after.toF|", "toFixed"],
    ["Math.flo|", "floor"],
    ["process.plat|", "platform"],
    ["function f(parameter: number) { para|", "parameter"],
    ["const local = 1; loc|", "local"],
    ["let s: Sha|", "Shape"],
    ["let s: Parti|", "Partial"],
    ["retu|", "return"],
    ["const s: Shape = { sec| }", "second"],
    ["const s: Shape = { second: '|' }", "x"],
    ["shaped({}, '|')", "left"],
    ["target((x) => x[0], { dim| })", "dimension"],
    ["`${known.|}`", "one"],
    ["import { readFileS| } from 'node:fs'", "readFileSync"],
    ["import fs from 'node:f|'", "node:fs"],
    ["import x from './sol|'", "solutions"],
    ["require('./sol|')", "solutions"],
  ])("of %j is %j", async (marked, text) => {
    expect((await at(marked)).texts[0]).toBe(text);
  });
});

test("the whole word is replaced, also behind the cursor", async () => {
  expect(await at("kno|w + 1")).toMatchObject({ replaced: "know", start: 0, end: 4 });
  expect(await at("known.|")).toMatchObject({ replaced: "", start: 6 });
});

test("of a path, what the compiler names is replaced: with its prefix, or its last part alone", async () => {
  expect(await at("import fs from 'node:f|'")).toMatchObject({
    replaced: "node:f",
    texts: ["node:fs", "node:fs/promises"],
  });
  expect(await at("import x from './sol|'")).toMatchObject({ replaced: "sol", texts: ["solutions"] });
  const all = await at("import fs from '|'");
  expect(all.texts).toContain("intrinsic-params");
  expect(all.texts.filter((text) => text.includes("types:"))).toEqual([]);
});

test("members alone follow a dot, and none of our own names is shown", async () => {
  expect((await at("known.|")).texts).toEqual(["one", "two"]);
  expect((await at("|")).texts.filter((text) => text.startsWith("$module"))).toEqual([]);
  expect((await at("// known.|")).texts).toEqual([]);
});

test("what a match is has one of the names that JupyterLab has icons for", async () => {
  const { matches } = await at("known.|");
  expect(matches.map(({ type }) => type)).toEqual(["field", "method"]);
});

test.each([
  ["const f = approximateL|", 'import { approximateLp } from "intrinsic-params";\nconst f = approximateLp'],
  [
    "1;\nif (true) { approximateL|}",
    'import { approximateLp } from "intrinsic-params";\nif (true) { approximateLp',
  ],
])("a name of the library that is not imported brings its import: %j", async (marked, text) => {
  const { texts, start, end, code } = await at(marked);
  expect(texts).toEqual([text]);
  const changed = code.slice(0, start) + texts[0] + code.slice(end);
  const { diagnostics } = await checker.check(changed.replace("const f = ", ""));
  expect(diagnostics).toEqual([]);
});

test("where several names of the library begin as the word does, only the word is replaced; the chosen one brings its import", async () => {
  const several = await at("const f = approx|");
  expect(several).toMatchObject({ replaced: "approx" });
  expect(several.texts).toContain("approximateLp");
  expect(several.texts.length).toBeGreaterThan(1);
  expect(several.texts.filter((text) => !text.startsWith("approximate"))).toEqual([]);
  expect((await at("const f = approximateLp|")).texts).toEqual([
    'import { approximateLp } from "intrinsic-params";\nconst f = approximateLp',
  ]);
});

test("where another word of the cell goes on from this one, no import is added, since JupyterLab would put it into the line", async () => {
  const code = "const g = approximateLp;\nconst f = approximateL|";
  expect(await at(code)).toMatchObject({ texts: ["approximateLp"], replaced: "approximateL" });
});

test("names of types are offered where a type stands, names of values elsewhere, and none that the library has not", async () => {
  expect((await at("let a: ExperimentRes|")).texts).toEqual([
    'import { ExperimentResult } from "intrinsic-params";\nlet a: ExperimentResult',
  ]);
  expect((await at("let a = ExperimentRes|")).texts).toEqual([]);
  expect((await at("let a: approximateL|")).texts).toEqual([]);
  expect((await at("readFileSy|")).texts).toEqual([]);
});

test("a name of the library that is imported is not imported again", async () => {
  expect((await at("targe|")).texts.filter((text) => text.includes("target"))).toEqual(["target"]);
});

test("code that is nested too deeply is refused", async () => {
  await expect(checker.complete("(".repeat(30_000), 30_000)).rejects.toThrow(/nested too deeply/);
});
