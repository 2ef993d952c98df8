import { inspect } from "node:util";
import { placeOfError, placeText, stackLines } from "./stackTrace";
import type { Diagnostic } from "./tslab";

/** An error as Jupyter's `error` message and replies carry it. */
export interface ErrorReport {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** The report of something a cell threw: its name and message, the reader's line with a caret, the stack, its causes. */
export function reportThrown(thrown: unknown): ErrorReport {
  if (isInterruption(thrown)) return interruptedReport();
  if (!isError(thrown)) {
    const evalue = inspect(thrown, { colors: false });
    return {
      ename: "Thrown",
      evalue,
      traceback: [`Thrown: ${evalue}`, "    (not an Error, so it does not know its line)"],
    };
  }
  const ename = String(thrown.name || thrown.constructor?.name || "Error");
  const evalue = String(thrown.message);
  return { ename, evalue, traceback: describe(thrown, new Set()) };
}

/** The report of a cell that the reader stopped. */
export function interruptedReport(): ErrorReport {
  const evalue = "the cell was stopped";
  return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
}

/** The report of a cell that does not compile: every diagnostic with its line and a caret. */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  title: string,
  code: string,
): ErrorReport {
  const lines = code.split("\n");
  const seen: string[] = [];
  const traceback: string[] = [];
  for (const { start, end, messageText, code: number, fileName } of diagnostics) {
    const where = `${fileName ?? title}, line ${start.line + 1}:${start.character + 1}`;
    if (seen.at(-1) === where) {
      // tslab flattens a chain of reasons into messages of one place.
      traceback.push(`    ${messageText}`);
      continue;
    }
    seen.push(where);
    traceback.push(`${where}: TS${number}: ${messageText}`);
    const width = start.line === end.line ? end.character - start.character : 1;
    if (fileName === undefined)
      traceback.push(...excerpt(lines[start.line] ?? "", start.character + 1, width));
  }
  const evalue = traceback[0];
  const heading = seen.length === 1 ? "TypeScriptError" : `TypeScriptError: ${seen.length} errors`;
  return { ename: "TypeScriptError", evalue, traceback: [heading, ...traceback] };
}

function describe(error: Error, seen: Set<unknown>): string[] {
  seen.add(error);
  const place = placeOfError(error);
  const lines = [`${error.name || "Error"}: ${error.message}`];
  if (place) lines.push(placeText(place), ...excerpt(place.text, place.column));
  lines.push(...stackLines(error));
  const inner = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
  for (const cause of inner) {
    if (cause === undefined || seen.has(cause)) continue;
    const [first, ...rest] = isError(cause) ? describe(cause, seen) : [inspect(cause, { colors: false })];
    lines.push(`Caused by ${first}`, ...rest);
  }
  return lines;
}

/** The line and below it a caret, or one caret for each wrong character. */
function excerpt(line: string, column: number, width = 1): string[] {
  const indent = line.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [
    `    ${line}`,
    `    ${indent}${"^".repeat(Math.max(1, Math.min(width, line.length - column + 1)))}`,
  ];
}

// Errors of other realms (jsdom, vm contexts) are no instances of this one's Error.
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function isInterruption(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  // The first is Node's word for a stopped script, the second tslab's for a stopped promise.
  return (
    (thrown as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ||
    thrown.message === "Interrupted asynchronously"
  );
}
