import { expect, test } from "vitest";
import { formula } from "../../../site/formula/formula";

test.each<[string, number, number]>([
  ["2x", 0.3, 0.6],
  ["2 x^2", 0.5, 0.5],
  ["-x^2", 0.5, -0.25],
  ["2^-x", 1, 0.5],
  ["2^3^0", 0, 2],
  ["x(1 - x)", 0.25, 0.1875],
  ["(1 + x)(1 - x)", 0.5, 0.75],
  ["3sin(x)", 0.2, 3 * Math.sin(0.2)],
  ["x sin(x)", 0.2, 0.2 * Math.sin(0.2)],
  ["|x - 0.5| + |x|", 0.2, 0.5],
  ["||x-0.5|-0.2|", 0.2, 0.1],
  ["|x|·2 − 1", 0.2, -0.6],
  ["2π", 0, 2 * Math.PI],
  ["x²+x³", 0.5, 0.375],
  ["min(x, 0.5, 0.1)", 0.3, 0.1],
  ["1e-2 + 2e", 0, 0.01 + 2 * Math.E],
  ["ln(e)", 0, 1],
])("%s at %d is %d", (text, x, value) => {
  expect(formula(text).evaluate(x)).toBeCloseTo(value, 12);
});

test.each([
  ["", "Write a formula"],
  ["y + 1", "“y” is not known here"],
  ["sin", "sin needs its argument in brackets"],
  ["sin(x, 1)", "sin takes one number; it got 2"],
  ["fetch(1)", "no function that is known"],
  ["x +", "This is no formula"],
  ["(x", "This is no formula"],
  ['"a"', "is no number"],
  ["[x]", "more than one formula, or none"],
  ["constructor(x)", "no function that is known"],
])("%j is refused in words for the reader", (text, words) => {
  expect(() => formula(text)).toThrow(words);
});
