import type { Interval } from "./interval";
import { parseFormula } from "./parseFormula";
import type { Slope, Term } from "./term";

/** A function of one variable on [0, 1], as a reader writes it. */
export type Formula = {
  readonly text: string;
  evaluate(x: number): number;
  /** Encloses every slope (f(x) − f(y)) / (x − y) for x, y in the interval. */
  slopes(interval: Interval): Interval;
};

/** Reads a formula in x: + − · / ^, |…|, sin cos tan exp log sqrt abs min max tanh, π and e. @throws FormulaError saying where. */
export function formula(text: string): Formula {
  const term: Term = parseFormula(text);
  return {
    text,
    evaluate: (x) => term.evaluate(x),
    slopes: (interval) => {
      const { slope }: Slope = term.enclose(interval);
      return slope;
    },
  };
}
