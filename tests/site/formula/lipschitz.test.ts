import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formula } from "../../../site/formula/formula";
import { lipschitz } from "../../../site/formula/lipschitz";

/** Formulas that are finite and no steeper than a number on [0, 1], built from parts as a reader would. */
const formulas = fc.letrec((tie) => ({
  term: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("x", "1", "0.3", "pi", "2.5", "(1 - x)", "x^2", "x^3"),
    fc
      .tuple(tie("term"), fc.constantFrom(" + ", " - ", " * "), tie("term"))
      .map(([a, o, b]) => `(${a}${o}${b})`),
    fc.tuple(fc.constantFrom("sin", "cos", "tanh", "abs"), tie("term")).map(([f, a]) => `${f}(${a})`),
    fc.tuple(fc.constantFrom("min", "max"), tie("term"), tie("term")).map(([f, a, b]) => `${f}(${a}, ${b})`),
    tie("term").map((a) => `exp(-abs(${a}))`),
    tie("term").map((a) => `1/(1 + (${a})^2)`),
    tie("term").map((a) => `sqrt(0.5 + abs(${a}))`),
  ),
})).term as fc.Arbitrary<string>;

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe("slopes of a formula", () => {
  test("every slope between two points of an interval lies in the enclosure", () => {
    fc.assert(
      fc.property(formulas, unit, unit, unit, unit, (text, a, b, s, t) => {
        const f = formula(text);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [x, y] = [low + s * (high - low), low + t * (high - low)];
        const [fx, fy] = [f.evaluate(x), f.evaluate(y)];
        // The quotient of floats is wrong by the rounding of f.
        const rounding = 2 ** -44 * (1 + Math.abs(fx) + Math.abs(fy));
        const { low: least, high: most } = f.slopes({ low, high });
        expect(fx - fy).toBeLessThanOrEqual(Math.max(most * (x - y), least * (x - y)) + rounding);
        expect(fx - fy).toBeGreaterThanOrEqual(Math.min(most * (x - y), least * (x - y)) - rounding);
      }),
      { numRuns: 500 },
    );
  });

  test("no two of many points contradict the λ that is proved", () => {
    fc.assert(
      fc.property(formulas, (text) => {
        const f = formula(text);
        const lambda = lipschitz(f);
        if (lambda === undefined) return;
        for (let i = 0; i < 400; i++) {
          const [fx, fy] = [f.evaluate(i / 400), f.evaluate((i + 1) / 400)];
          expect(Math.abs(fx - fy)).toBeLessThanOrEqual(lambda / 400 + 2 ** -44 * (1 + Math.abs(fx)));
        }
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  ["|x - 0.5|", 1],
  ["0.3 sin(9x) + |x − 0.4|", 3.7],
  ["4x(1 - x)", 4],
  ["||x - 1/2| - 1/5|", 1],
  ["max(x, 1 - x, 0.7)", 1],
  ["sin(2π x)", 2 * Math.PI],
  ["x^1.5", 1.5],
  ["(x - 0.5)^(1 + 1)", 1],
  ["x^(3/2)", 1.5],
  ["e^(2x)", 2 * Math.E ** 2],
  ["1", 0],
])("λ of %s is %d, up to one in 500, and never smaller", (text, exact) => {
  const lambda = lipschitz(formula(text));
  expect(lambda).toBeGreaterThanOrEqual(exact);
  expect(lambda).toBeLessThanOrEqual(exact * 1.002 + 1e-12);
});

test.each(["sqrt(x)", "x^0.5", "1/x", "x^x", "log(x)", "tan(2x)", "sqrt(x - 0.5)"])(
  "no λ is proved for %s, which has none, or not one that intervals can find",
  (text) => {
    expect(lipschitz(formula(text))).toBeUndefined();
  },
);
