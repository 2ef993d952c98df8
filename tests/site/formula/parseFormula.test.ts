import fc from "fast-check";
import { expect, test } from "vitest";
import { formula } from "../../../site/formula/formula";

test.each<[string, number, number]>([
  ["2x", 0.3, 0.6],
  ["2 x^2", 0.5, 0.5],
  ["-x^2", 0.5, -0.25],
  ["(-x)^2", 0.5, 0.25],
  ["-(-x)^2", 0.5, -0.25],
  ["((-x))^2 - (+x)^2", 0.5, 0],
  ["(-2)^3^2", 0, -512],
  ["(x - 1)^(1 + 1)", 0.5, 0.25],
  ["(x - 1)^(6/2)", 0.5, -0.125],
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
  ["2e-x + 2e+1", 0.5, 2 * Math.E + 19.5],
  ["ln(e)", 0, 1],
  ["f(x) = 2x", 0.3, 0.6],
  ["y=x", 0.3, 0.3],
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
  ["1e400 - x", "1e400 is too large for a number"],
  ["[x]", "more than one formula, or none"],
  ["constructor(x)", "no function that is known"],
  ["max(x)", "max takes two numbers or more, with a comma between them; it got 1"],
  ["2,5x", "Numbers have a point here"],
  ["(".repeat(5000), "A formula may have 1,000 characters"],
])("%j is refused in words for the reader", (text, words) => {
  expect(() => formula(text)).toThrow(words);
});

type Written = { text: string; binds: number; at: (x: number) => number };

const SUM = 1;
const PRODUCT = 2;
const POWER = 3;
const WHOLE = 4;
const inside = ({ text, binds }: Written, least: number) => (binds >= least ? text : `(${text})`);

/** Formulas with no more brackets than mathematics asks for, and what they mean. */
const { written } = fc.letrec<{ written: Written }>((tie) => {
  const leaf = fc.constantFrom<Written>(
    { text: "x", binds: WHOLE, at: (x) => x },
    { text: "0.5", binds: WHOLE, at: () => 0.5 },
    { text: "3", binds: WHOLE, at: () => 3 },
    { text: "e", binds: WHOLE, at: () => Math.E },
  );
  const pair = fc.tuple(tie("written"), tie("written"));
  const sum = fc.tuple(pair, fc.constantFrom("+", "-")).map(
    ([[a, b], sign]): Written => ({
      text: `${inside(a, SUM)} ${sign} ${inside(b, PRODUCT)}`,
      binds: SUM,
      at: (x) => (sign === "+" ? a.at(x) + b.at(x) : a.at(x) - b.at(x)),
    }),
  );
  const product = pair.map(
    ([a, b]): Written => ({
      text: `${inside(a, PRODUCT)} * ${inside(b, POWER)}`,
      binds: PRODUCT,
      at: (x) => a.at(x) * b.at(x),
    }),
  );
  const minus = tie("written").map(
    (a): Written => ({ text: `-${inside(a, PRODUCT)}`, binds: SUM, at: (x) => -a.at(x) }),
  );
  const square = fc
    .tuple(tie("written"), fc.integer({ min: 1, max: 3 }))
    .map(([a, n]): Written => ({ text: `${inside(a, WHOLE)}^${n}`, binds: POWER, at: (x) => a.at(x) ** n }));
  const sine = tie("written").map(
    (a): Written => ({ text: `sin(${a.text})`, binds: WHOLE, at: (x) => Math.sin(a.at(x)) }),
  );
  return { written: fc.oneof({ maxDepth: 5 }, leaf, sum, product, minus, square, sine) };
});

test("random formulas mean what their signs, powers and brackets say", () => {
  fc.assert(
    fc.property(written, fc.double({ min: 0, max: 1, noNaN: true }), ({ text, at }, x) => {
      fc.pre(Number.isFinite(at(x)));
      const value = formula(text).evaluate(x);
      expect(Math.abs(value - at(x))).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(at(x))));
    }),
  );
});
