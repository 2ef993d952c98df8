import type { Diagnostic } from "../../cells/diagnostic";

/** Whether code can be run as it is, or the reader is still writing it; then how far the next line is indented. */
export type Completeness =
  | { readonly status: "complete" | "invalid" | "unknown" }
  | { readonly status: "incomplete"; readonly indent: string };

/** Errors that nothing but more text can end: a comment or a template that is still open. */
const open = new Set([1010, 1160]);
/** Errors that no text after them can end: a string or a regular expression that its line has not closed. */
const closed = new Set([1002, 1161]);

/** Whether code with these errors of syntax is complete: it is not if its first error is that it ends. */
export function completeness(code: string, errors: readonly Diagnostic[]): Completeness {
  const [first] = errors;
  if (first === undefined) return { status: "complete" };
  const ends = first.start.offset >= code.trimEnd().length;
  return (ends && !closed.has(first.code)) || open.has(first.code)
    ? { status: "incomplete", indent: indentAfter(code) }
    : { status: "invalid" };
}

function indentAfter(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const own = /^\s*/.exec(line)?.[0] ?? "";
  return /[([{]\s*$/.test(line.replace(/\/\/.*$/, "")) ? `${own}  ` : own;
}
