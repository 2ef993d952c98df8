import vm from "node:vm";
import { expect, test } from "vitest";
import { compiledCell } from "../../../site/types/compiledCell";

const value = (code: string) => {
  const { js } = compiledCell(code)!;
  return vm.runInNewContext(js);
};

test("what the page's own way leaves as it is becomes JavaScript by TypeScript: namespaces, decorators, accessors", () => {
  expect(value("namespace N { export const a = 1; export let b = a + 1; }\nN.a + N.b")).toBe(3);
  expect(
    value(
      "function twice(f: () => number, _: unknown) { return () => 2 * f() }\nclass D { @twice m() { return 21 } }\nnew D().m()",
    ),
  ).toBe(42);
  expect(value("class A { accessor x = 5 }\nnew A().x")).toBe(5);
});

test("`using` is made for browsers that do not know it", () => {
  expect(compiledCell("{ using a = null; }")?.js).not.toMatch(/\busing a\b/);
  expect(compiledCell("{ await using a = null; }")?.js).not.toMatch(/\busing a\b/);
});

test("all other cells are left to the faster way", () => {
  for (const code of ["const a: number = 1", "enum E { X }", "class A { private x = 1 }", "a = ;"])
    expect(compiledCell(code)).toBeUndefined();
});
