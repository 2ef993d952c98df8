import path from "node:path";
import { expect, test } from "vitest";
import { declarations } from "../../../site/generate/copyAssets";
import { runsInPage } from "../../../site/generate/notebookPage";
import { storedNotebooks } from "../../../site/generate/storedNotebook";
import { CellTypes } from "../../../site/types/cellTypes";
import { ROOT } from "../../helpers/root";

const types = new CellTypes(new Map(Object.entries(declarations(ROOT))));
const check = (...codes: string[]) => types.check(codes.map((code, i) => ({ id: `c${i}`, code })));
const said = (...codes: string[]) =>
  check(...codes).map(({ code, messageText }) => `${code}: ${messageText}`);

test("no cell of a notebook that runs in a page has a wrong type", { timeout: 120_000 }, () => {
  const notebooks = storedNotebooks(path.join(ROOT, "notebooks")).filter(runsInPage);
  expect(notebooks.length).toBeGreaterThan(6);
  for (const { name, cells } of notebooks) {
    const codes = cells
      .filter(({ kind }) => kind === "code")
      .map(({ id, source }) => ({ id: `${name}-${id}`, code: source }));
    for (let i = 1; i <= codes.length; i++)
      expect(types.check(codes.slice(0, i)), codes[i - 1].id).toEqual([]);
  }
});

test("a later cell knows names, types and classes of earlier ones, the last of each name", () => {
  const first =
    "type Pair<T> = [T, T]; const a = 1; let b = 2; class C { x = a } function f(p: Pair<number>) { return p[0]; }";
  expect(
    said(
      first,
      'const a = "text";',
      "const t: string = a; b = 3; f([b, new C().x]); const p: Pair<string> = [t, t];",
    ),
  ).toEqual([]);
  expect(said(first, "f([1, 2, 3])")[0]).toMatch(/^2345: Argument of type '\[number, number, number\]'/);
  expect(said(first, "a = 2")).toEqual(["2588: Cannot assign to 'a' because it is a constant."]);
});

test("an error stands at its line and column, and what is added behind a cell moves nothing", () => {
  const [{ start, end, messageText }] = check(
    "const a = 1; // to the end of the line",
    "void 0;\n  const t: string = a;",
  );
  expect(messageText).toBe("Type 'number' is not assignable to type 'string'.");
  expect([start, end].map(({ line, character }) => [line, character])).toEqual([
    [1, 8],
    [1, 9],
  ]);
  expect(said("const a = ;")).toEqual(["1109: Expression expected."]);
  expect(said("nobody")).toEqual(["2304: Cannot find name 'nobody'."]);
});

test("a beginner's slip has the kernel's hint: a change that has been tried", async () => {
  const hints = async (code: string) => {
    const cells = [
      { id: "first", code: "const later = Promise.resolve([1, 2]);" },
      { id: "last", code },
    ];
    return [...(await types.hints(cells, types.check(cells))).values()];
  };
  expect(await hints("later.length")).toEqual([
    "this is a promise, a value that comes later; wait for it: await later",
  ]);
  expect(await hints("const y: number = /* the first */ [3];")).toEqual([
    "this is an array of numbers; take one of them: [3][0]",
  ]);
  expect(await hints("approximateUniform;")).toEqual([
    'approximateUniform is part of the library; write first: import { approximateUniform } from "intrinsic-params";',
  ]);
  expect(await hints("nobody;")).toEqual([]);
});
