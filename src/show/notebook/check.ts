import { checkKeys } from "../../common/checkKeys";
import { type AnswerKind, answerKindOf, askFor, isList, misfit } from "./answerKind";
import { difference } from "./difference";
import { type Verdict, verdict } from "./verdict";

/** An answer to an exercise: not given yet, given, or a request for the hint. */
export type Answer<T> = T | "hint" | undefined;

/** The result of `satisfies`: true for a right answer, a text that says what is wrong, or a comment on a right answer. */
export type Finding = true | string | { right: string };

/** What `check` needs to judge an answer: `expected` or `satisfies`, and words. */
export type CheckOptions<T, F = Finding> = {
  /** What kind of answer is asked for; default: the kind of the expected value. The refusal of any other kind names it. */
  kind?: AnswerKind;
  /** Computes the right answer, which is compared and never shown. */
  expected?: () => T;
  /** Judges the answer itself if there is more than one right answer. A promise needs `await check(…)`. */
  satisfies?: (answer: T) => F;
  /** How far a number may be from the expected one, relative to it; default 1e-9, and 0 for whole numbers. */
  tolerance?: number;
  /** The smallest and the largest number that makes sense; others are refused before they are tried. */
  between?: readonly [number, number];
  /** Shown to a reader who asks for help. */
  hint?: string;
  /** Said of a right answer. */
  right?: string;
};

const KEYS = {
  kind: true,
  expected: true,
  satisfies: true,
  tolerance: true,
  between: true,
  hint: true,
  right: true,
} as const;

/**
 * Judges the answer to an exercise: says what is wrong with it, and never what would be right. `"hint"` asks for a hint;
 * `undefined`, `"…"` or an empty list is no answer yet. A function that throws is a wrong answer, shown with its error.
 * Throws a TypeError unless exactly one of `expected` and `satisfies` is given.
 */
export function check<T>(answer: Answer<T>, options: CheckOptions<T>): Verdict;
export function check<T>(
  answer: Answer<T>,
  options: CheckOptions<T, Promise<Finding>>,
): Verdict | Promise<Verdict>;
export function check<T>(
  answer: Answer<T>,
  options: CheckOptions<T, Finding | Promise<Finding>>,
): Verdict | Promise<Verdict> {
  checkKeys("check", options, KEYS);
  const { expected, satisfies, between, hint, right = "" } = options;
  if ((expected === undefined) === (satisfies === undefined))
    throw new TypeError(
      "check needs expected, a function that computes the right answer, or satisfies, one that judges it.",
    );
  if (isOpen(answer)) return verdict("open", request(options));
  if (answer === "hint") return verdict("hint", hint ?? "there is none for this exercise.");
  const no = (reason: string) => verdict("wrong", `${reason}.`, hint);

  const refusal = (kind: AnswerKind | undefined) => {
    if (kind && misfit(answer, kind)) return misfit(answer, kind);
    if (!between || typeof answer !== "number" || (answer >= between[0] && answer <= between[1]))
      return undefined;
    return `${answer} is not between ${between[0]} and ${between[1]}`;
  };
  const early = refusal(options.kind); // before anything is computed
  if (early !== undefined) return no(early);
  const value = expected?.();
  const kind = options.kind ?? answerKindOf(value);
  const late = refusal(kind);
  if (late !== undefined) return no(late);
  if (satisfies === undefined) {
    const tolerance = options.tolerance ?? (kind === "whole number" ? 0 : 1e-9);
    const wrong = difference(answer, value, tolerance);
    return wrong === undefined ? verdict("right", right) : no(wrong);
  }
  const said = (finding: Finding) =>
    typeof finding === "string" ? no(finding) : verdict("right", finding === true ? right : finding.right);
  const failed = (error: unknown) => {
    if (error instanceof AnswerError) return no(error.message);
    throw error;
  };
  try {
    const finding = satisfies(
      (typeof answer === "function"
        ? guarded(answer as (...values: unknown[]) => unknown, kind)
        : answer) as T,
    );
    return finding instanceof Promise ? finding.then(said).catch(failed) : said(finding);
  } catch (error) {
    return failed(error);
  }
}

/** An error of the function that the reader gave as an answer, not of the check. */
class AnswerError extends Error {}

function guarded(answer: (...values: unknown[]) => unknown, kind: AnswerKind | undefined) {
  return (...values: unknown[]) => {
    let result: unknown;
    try {
      result = answer(...values);
    } catch (error) {
      throw new AnswerError(`your function fails: ${error instanceof Error ? error.message : String(error)}`);
    }
    const unfit = kind === "numeric function" ? misfit(result, "number") : undefined;
    if (unfit) throw new AnswerError(`your function does not return a number: ${unfit}`);
    return result;
  };
}

function isOpen(answer: unknown): boolean {
  if (answer === undefined || answer === null) return true;
  return typeof answer === "string"
    ? /^\s*(…|\.\.\.|\?)?\s*$/.test(answer)
    : isList(answer) && answer.length === 0;
}

function request({ kind, hint }: { kind?: AnswerKind; hint?: string }): string {
  const what = kind === undefined ? "your answer" : askFor[kind];
  const help = hint === undefined ? "" : ` "hint" in its place gives a hint.`;
  return `put ${what} in place of undefined and run the cell again.${help}`;
}
