import { inspect, isNativeError } from "../common/platform";
import { withoutBoxes } from "./boxes";
import type { Diagnostic } from "./diagnostic";
import { Interruption, isInterruption } from "./interruption";
import { positionOfError, positionText, stackLines } from "./stackTrace";
import { orElse, textOf } from "./textOf";
import { untilStopped } from "./untilStopped";

/** An error as Jupyter's `error` message and replies carry it. */
export type ErrorReport = {
  ename: string;
  evalue: string;
  traceback: string[];
};

/** The most causes of an error that are shown. */
const mostCauses = 20;
/** The most errors of a cell that are shown when it does not compile. */
const mostDiagnostics = 20;
/** The most characters of a line that are shown. */
const widestExcerpt = 200;

/**
 * The report of something that a cell threw: its name and message, the reader's line with a caret, the stack, its causes.
 * Making the report never throws, whatever the thrown value does when it is read.
 */
export function reportThrown(thrown: unknown): ErrorReport {
  if (isInterruption(thrown)) return interruptedReport();
  if (!isError(thrown)) {
    const evalue = inspected(thrown);
    return {
      ename: "Thrown",
      evalue,
      traceback: [`Thrown: ${evalue}`, "    (not an Error, so it does not know its line)"],
    };
  }
  return { ename: nameOf(thrown), evalue: messageOf(thrown), traceback: describe(thrown, new Set()) };
}

/** The report of a thrown value; a Stop ends it, because reading the value may call code that never ends. */
export function reportUnlessStopped(thrown: unknown, signal: AbortSignal): Promise<ErrorReport> {
  return untilStopped(signal, () => reportThrown(thrown)).catch(interruptedReport);
}

/** The report of a cell that the reader stopped. */
export function interruptedReport(): ErrorReport {
  const { name, message } = new Interruption();
  return { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}

/** A report with a hint after its message. */
export function withHint(report: ErrorReport, hint: string): ErrorReport {
  const [message, ...rest] = report.traceback;
  return { ...report, traceback: [message, hintLine(hint), ...rest] };
}

function hintLine(hint: string): string {
  return `    hint: ${hint}`;
}

/** The report of a cell that does not compile: every diagnostic with its line and a caret, and a hint if it has one. */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  title: string,
  code: string,
  hints: ReadonlyMap<number, string>,
): ErrorReport {
  const lines = code.split("\n");
  const traceback: string[] = [];
  let errors = 0;
  let last = "";
  for (const [i, { start, end, messageText, code: number, fileName, lineText }] of diagnostics.entries()) {
    const where = `${fileName ?? title}, line ${start.line + 1}:${start.character + 1}`;
    const text = textOf(() => messageText, "the message");
    if (last === where) {
      // tslab flattens the reasons of an error into several messages at one position.
      if (errors <= mostDiagnostics) traceback.push(`    ${text}`);
      continue;
    }
    last = where;
    if (++errors > mostDiagnostics) continue;
    traceback.push(`${where}: TS${number}: ${text}`);
    const width = start.line === end.line ? end.character - start.character : 1;
    traceback.push(...excerpt(lineText ?? lines[start.line] ?? "", start.character + 1, width));
    const hint = hints.get(i);
    if (hint !== undefined) traceback.push(hintLine(hint));
  }
  const evalue = traceback[0];
  if (errors > mostDiagnostics) traceback.push(`… and ${errors - mostDiagnostics} more errors`);
  const heading = errors === 1 ? "TypeScriptError" : `TypeScriptError: ${errors} errors`;
  return { ename: "TypeScriptError", evalue, traceback: [heading, ...traceback] };
}

function describe(error: Error, seen: Set<unknown>): string[] {
  seen.add(error);
  const position = positionOfError(error);
  const lines = [`${nameOf(error)}: ${messageOf(error)}`];
  if (position) lines.push(positionText(position), ...excerpt(position.text, position.column));
  lines.push(...stackLines(error));
  for (const [i, cause] of causesOf(error).entries()) {
    if (cause === undefined || seen.has(cause)) continue;
    if (seen.size >= mostCauses || i >= mostCauses)
      return [...lines, "Caused by more errors, which are not shown"];
    const [first, ...rest] = isError(cause) ? describe(cause, seen) : [inspected(cause)];
    lines.push(`Caused by ${first}`, ...rest);
  }
  return lines;
}

function nameOf(error: Error): string {
  return textOf(() => error.name || error.constructor?.name || "Error", "its name");
}

function messageOf(error: Error): string {
  return withoutBoxes(textOf(() => error.message, "its message"));
}

function inspected(value: unknown): string {
  return textOf(() => inspect(value, { colors: false }), "the value");
}

function causesOf(error: Error): unknown[] {
  const cause = orElse(() => error.cause, undefined);
  return orElse(
    () => [...(error instanceof AggregateError ? firstOf(error.errors) : suppressedOf(error)), cause],
    [cause],
  );
}

/** The two errors of a `SuppressedError`, which many Nodes do not know yet. */
function suppressedOf(error: Error): unknown[] {
  const { name, error: last, suppressed } = error as { name: string; error?: unknown; suppressed?: unknown };
  return name === "SuppressedError" ? [last, suppressed] : [];
}

/** The errors of a list that the reader may have made endless: one more than are shown. */
function firstOf(errors: Iterable<unknown>): unknown[] {
  const found: unknown[] = [];
  for (const error of errors) if (found.push(error) > mostCauses) break;
  return found;
}

/** The line, cut to the greatest width, and below it one caret, or one for each wrong character. */
function excerpt(line: string, column: number, width = 1): string[] {
  const start = Math.max(0, Math.min(column - 1 - widestExcerpt / 2, line.length - widestExcerpt));
  const end = Math.min(line.length, start + widestExcerpt);
  const indent = (start > 0 ? " " : "") + line.slice(start, column - 1).replace(/[^\t]/g, " ");
  return [
    `    ${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`,
    `    ${indent}${"^".repeat(Math.max(1, Math.min(width, end - column + 1)))}`,
  ];
}

// Errors of other realms (jsdom, vm contexts) are not instances of this realm's Error.
function isError(value: unknown): value is Error {
  return orElse(
    () => value instanceof Error || Object.prototype.toString.call(value) === "[object Error]",
    isNativeError(value),
  );
}
