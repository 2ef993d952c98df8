/** What an exercise asks for. */
export type AnswerKind = "whole number" | "number" | "numbers" | "text" | "function" | "numeric function";

/** The words of a request for an answer of this kind. */
export const askFor: Readonly<Record<AnswerKind, string>> = {
  "whole number": "a whole number",
  number: "a number",
  numbers: "a list of numbers in square brackets",
  text: "a text in quotes",
  function: "a function",
  "numeric function": "a function that returns a number",
};

/** The kind of answer that an expected value stands for; undefined if its kind has no name. */
export function answerKindOf(expected: unknown): AnswerKind | undefined {
  if (typeof expected === "number") return Number.isInteger(expected) ? "whole number" : "number";
  if (typeof expected === "string") return "text";
  return isList(expected) && expected.every((entry) => typeof entry === "number") ? "numbers" : undefined;
}

/** Why an answer is not of its kind, in words for the reader who gave it; undefined if it is. */
export function misfit(answer: unknown, kind: AnswerKind): string | undefined {
  if (kind === "function" || kind === "numeric function")
    return typeof answer === "function"
      ? undefined
      : `${askFor[kind]} was asked for, and this is ${name(answer)}`;
  if (kind === "text")
    return typeof answer === "string"
      ? undefined
      : `${askFor[kind]} was asked for, and this is ${name(answer)}`;
  if (kind === "numbers") {
    if (!isList(answer)) return `${askFor[kind]} was asked for, and this is ${name(answer)}`;
    const at = answer.findIndex((entry) => typeof entry !== "number" || !Number.isFinite(entry));
    return at < 0 ? undefined : `entry ${at + 1} is ${name(answer[at])}, not a number`;
  }
  if (typeof answer !== "number") return `${askFor[kind]} was asked for, and this is ${name(answer)}`;
  if (!Number.isFinite(answer)) return `${answer} is no finite number`;
  return kind === "whole number" && !Number.isInteger(answer) ? `${answer} is not a whole number` : undefined;
}

/** Whether a value is an array or typed array; a text is not. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function name(value: unknown): string {
  if (typeof value === "string") {
    const numeric = value.trim() !== "" && Number.isFinite(Number(value));
    return numeric ? "a text (leave out the quotes)" : "a text";
  }
  if (typeof value === "bigint") return "a bigint (leave out the n)";
  if (typeof value === "number") return Number.isFinite(value) ? "a number" : String(value);
  if (typeof value === "boolean") return `the truth value ${value}`;
  if (value === undefined || value === null) return String(value);
  if (typeof value === "function") return "a function";
  return isList(value) ? "a list" : "an object";
}
