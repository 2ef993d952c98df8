import { afterAll, expect, test } from "vitest";
import { Notebook } from "./notebook";

const { checker } = new Notebook();
afterAll(() => checker.close());

test.each([
  "",
  "1",
  "const x = 1;",
  "function f() { return 1 }",
  "undeclared",
  "const n: number = 'a';",
  "// note",
  "await f()",
])("complete: %j", async (code) => {
  expect(await checker.isComplete(code)).toEqual({ status: "complete" });
});

test.each([
  ["function f() {", "  "],
  ["if (true) {", "  "],
  ["if (a) {\n  f(", "    "],
  ["if (a) {\n  f();", "  "],
  ["[1,", ""],
  ["const x =", ""],
  ["a +", ""],
  ["math.", ""],
  ["`open", ""],
  ["/* open", ""],
  ["class A { // why", "  "],
])("incomplete: %j", async (code, indent) => {
  expect(await checker.isComplete(code)).toEqual({ status: "incomplete", indent });
});

test.each(["const = 3;", "f(]", "}", "const x = ;\nconst y = (", "'open"])("invalid: %j", async (code) => {
  expect(await checker.isComplete(code)).toEqual({ status: "invalid" });
});

test("of code that is nested too deeply it is not known", async () => {
  expect(await checker.isComplete("(".repeat(30_000))).toEqual({ status: "unknown" });
});
