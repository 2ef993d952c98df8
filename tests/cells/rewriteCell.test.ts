import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { rewriteCell } from "../../src/cells/rewriteCell";
import { ROOT } from "../helpers/root";
import { compiled } from "./cells";

const rewritten = (code: string, known: Parameters<typeof rewriteCell>[1]["known"] = new Map()) => {
  const { js, words } = compiled(code);
  return rewriteCell(js, { words, known });
};

test("a cell's imports are listed with their attributes and names, and with what the cell reads as a value", () => {
  const { imports } = rewritten(
    'import d, { a as b, "odd name" as c } from "x"; import * as all from "y"; import "z"; import j from "./j.json" with { type: "json" }; export * from "q"; export { r } from "s"; b(all)',
  );
  const listed = imports.map(({ bindings, ...one }) => ({
    ...one,
    bindings: bindings.map(({ at: _, ...binding }) => binding),
  }));
  expect(listed).toEqual([
    {
      specifier: "x",
      bindings: [
        { imported: "default", local: "d", used: false },
        { imported: "a", local: "b", used: true },
        { imported: "odd name", local: "c", used: false },
      ],
    },
    { specifier: "y", bindings: [{ imported: "*", local: "all", used: true }] },
    { specifier: "z", bindings: [] },
    {
      specifier: "./j.json",
      attributes: { type: "json" },
      bindings: [{ imported: "default", local: "j", used: false }],
    },
    { specifier: "q", bindings: [] },
    { specifier: "s", bindings: [{ imported: "r", local: "r", used: false }] },
  ]);
});

test("a cell tells how it declares each name, and whether it awaits", () => {
  const { declares, async } = rewritten(
    "const a = 1; let b; var c; function d() {} class E {} import f from 'f'; enum G {} { let inner; var h; } for (const i of []);",
  );
  expect(Object.fromEntries(declares)).toEqual({
    a: "const",
    b: "let",
    c: "var",
    d: "function",
    E: "class",
    f: "import",
    G: "var",
    h: "var",
  });
  expect(async).toBe(false);
  for (const code of [
    "await 1",
    "for await (const x of []);",
    "{ if (1) await 2; }",
    "class A { [await 1] = 1 }",
  ])
    expect(rewritten(code).async, code).toBe(true);
  for (const code of ["async () => await 1", "class A { async m() { for await (const x of []); } }"])
    expect(rewritten(code).async, code).toBe(false);
});

test("names that nobody has declared stay globals, known ones are boxes", () => {
  expect(rewritten("URL").script).not.toContain("URL·");
  expect(rewritten("URL", new Map([["URL", "const"]])).script).toContain("URL·.v");
});

test("rewriting, scope and runner load no module of Node, so that a page can use them", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = fs.readFileSync(file, "utf8");
    for (const [, from] of text.matchAll(/^import (?!type )[^;]* from "([^"]+)";/gm)) {
      expect(from, file).not.toMatch(/^node:/);
      if (from.startsWith(".")) visit(path.resolve(path.dirname(file), `${from}.ts`));
    }
  };
  for (const name of ["rewriteCell", "notebookScope", "notebookRunner"])
    visit(path.join(ROOT, `src/cells/${name}.ts`));
  expect(seen.size).toBeGreaterThanOrEqual(7);
});
