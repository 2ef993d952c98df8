import { formula } from "../formula/formula";
import { lipschitz } from "../formula/lipschitz";
import { type DrawnCurve, heightAt, steepest } from "./drawnCurve";

/** A function on [0, 1] with its λ, and where that comes from. */
export type KnownFunction = {
  readonly evaluate: (x: number) => number;
  /** Undefined if none can be proved and the reader has given none. */
  readonly lambda: number | undefined;
  readonly origin: "exact" | "proved" | "given";
  readonly title: string;
};

/** Points at which a λ that a reader has given is checked. */
const CHECKS = 4096;
/** λ of a constant; the theorem's bound needs one above 0. */
const LEAST = 2 ** -20;

/** Formulas that were read, as moving n does not change them. */
const read = new Map<string, { evaluate: (x: number) => number; lambda: number | undefined }>();

/**
 * What is known of a formula or a drawn curve. λ is never guessed: it is exact for a curve, and for a formula it is proved
 * by interval derivatives, or given by the reader and checked.
 * @throws FormulaError for a formula that cannot be read; RangeError for values that are no finite numbers, and for a given
 *   λ that two of the points contradict.
 */
export function knownLambda(source: string | DrawnCurve, given?: number): KnownFunction {
  if (typeof source !== "string")
    return {
      evaluate: (x) => heightAt(source, x),
      lambda: Math.max(LEAST, steepest(source)),
      origin: "exact",
      title: "your curve",
    };
  let known = read.get(source);
  if (!known) {
    const f = formula(source);
    known = { evaluate: f.evaluate, lambda: lipschitz(f) };
    read.set(source, known);
  }
  const { evaluate, lambda } = known;
  const title = source;
  if (lambda !== undefined) return { evaluate, lambda: Math.max(LEAST, lambda), origin: "proved", title };
  checkValues(evaluate);
  if (given !== undefined) checkSlopes(evaluate, given);
  return { evaluate, lambda: given, origin: "given", title };
}

/** No λ helps a formula that has no value somewhere. */
function checkValues(evaluate: (x: number) => number): void {
  for (let i = 0; i <= CHECKS; i++)
    if (!Number.isFinite(evaluate(i / CHECKS)))
      throw new RangeError(
        `The formula has no finite value at x = ${i / CHECKS}. It needs one for each x from 0 to 1.`,
      );
}

function checkSlopes(evaluate: (x: number) => number, lambda: number): void {
  let before = evaluate(0);
  for (let i = 1; i <= CHECKS; i++) {
    const value = evaluate(i / CHECKS);
    const slope = Math.abs(value - before) * CHECKS;
    if (slope > lambda * (1 + 2 ** -40))
      throw new RangeError(
        `λ = ${lambda} is too small: between x = ${(i - 1) / CHECKS} and ${i / CHECKS} the slope is ${slope.toPrecision(4)}.`,
      );
    before = value;
  }
}
