import { expect, test } from "vitest";
import { Notebook } from "./cells";

test("a function of an earlier cell sees what later cells assign and redefine", async () => {
  const notebook = new Notebook();
  expect(await notebook.value("let s = 1; const get = () => s", "s = 5; get()")).toBe(5);
  expect(await notebook.value("let c = 0; function inc() { c++ } inc(); inc()", "c = 10; inc(); c")).toBe(11);
  expect(
    await notebook.value(
      "function b() { return 1 } function u() { return b() }",
      "function b() { return 2 }",
      "u()",
    ),
  ).toBe(2);
});
