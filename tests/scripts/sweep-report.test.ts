import { expect, it } from "vitest";
import { failureText } from "../../scripts/sweep-report.mjs";

it("a failure is told on one line, and where all of a long one is", () => {
  const told = (reason: string) => failureText({ part: "p", series: "s", label: "l", hash: "0123", reason });
  expect(told("one\n  two")).toBe("p: s, l: one | two");
  expect(told("x".repeat(500))).toBe(`p: s, l: ${"x".repeat(500)}`);
  expect(told("x".repeat(501))).toBe(`p: s, l: ${"x".repeat(500)} … (all of it: failures/0123.json)`);
});
