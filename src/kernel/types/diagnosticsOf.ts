import type { Diagnostic, DiagnosticPosition } from "../../cells/diagnostic";
import { withoutBundles } from "./bundledDeclarations";
import type { NativeDiagnostic } from "./native";

const errorCategory = 1;

/**
 * The errors among a file's diagnostics, in the text's order; the reasons of an error come after it at the same position. `text`
 * begins at `offset` in the file that was checked, and what is before it is left out.
 */
export function diagnosticsOf(
  found: readonly NativeDiagnostic[],
  text: string,
  offset: number,
  fileName?: string,
): Diagnostic[] {
  const position = positionsIn(text);
  return found
    .filter(({ category, pos }) => category === errorCategory && pos >= offset)
    .sort((a, b) => a.pos - b.pos || a.end - b.end)
    .flatMap((one) => {
      const start = position(one.pos - offset);
      const end = position(one.end - offset);
      return [one, ...reasons(one)].map(({ text: message, category, code }) => ({
        start,
        end,
        messageText: withoutBundles(message),
        category,
        code,
        ...(fileName !== undefined && { fileName, lineText: lineAt(text, start) }),
      }));
    });
}

function reasons({ messageChain = [] }: NativeDiagnostic): NativeDiagnostic[] {
  return messageChain.flatMap((reason) => [reason, ...reasons(reason)]);
}

function lineAt(text: string, { offset, character }: DiagnosticPosition): string {
  return /^.*/.exec(text.slice(offset - character))?.[0] ?? "";
}

function positionsIn(text: string): (offset: number) => DiagnosticPosition {
  const lines = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lines.push(i + 1);
  return (given) => {
    const offset = Math.min(given, text.length);
    let line = lines.length - 1;
    while (lines[line] > offset) line--;
    return { offset, line, character: offset - lines[line] };
  };
}
