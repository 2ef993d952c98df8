import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A position in what the reader wrote: 1-based line and column. */
export type SourcePosition = {
  /** "Cell [3]", or the name of a TypeScript file beside the notebook. */
  title: string;
  line: number;
  column: number;
  /** The text of that line. */
  text: string;
};

type Source = {
  title: string;
  lines: string[] | undefined;
  maps: readonly string[];
  /** Lines that the compiler has put before the reader's code. */
  prefixLines: number;
  parsed?: TraceMap[];
};

const sources = new Map<string, Source>();

/**
 * Remembers the source of a compiled script, by the script's name in stack traces, with the source maps of the steps
 * from the script back to it.
 */
export function addSource(
  script: string,
  title: string,
  code: string | undefined,
  maps: readonly string[],
  prefixLines = 0,
): void {
  sources.set(script, { title, lines: code?.split("\n"), maps, prefixLines });
}

export function hasSource(script: string): boolean {
  return sources.has(script);
}

/** The reader's position for a 1-based position in a compiled script; undefined for code that the compiler added. */
export function positionOf(script: string, line: number, column: number): SourcePosition | undefined {
  const source = sources.get(script);
  if (!source) return undefined;
  source.parsed ??= source.maps.map((map) => new TraceMap(map));
  let at: Position | undefined = { line: line - 1, column: column - 1 };
  for (const map of source.parsed) at = at && step(map, at);
  if (!at) return undefined;
  const originalLine = source.lines ? at.line - source.prefixLines : at.line;
  const text = source.lines?.[originalLine];
  if (originalLine < 0 || (source.lines && text === undefined)) return undefined;
  const start = text === undefined ? at.column : calleeStart(text, at.column);
  return { title: source.title, line: originalLine + 1, column: start + 1, text: text ?? "" };
}

/** Calls of imported functions are mapped to their parenthesis; the reader expects the name before it. */
function calleeStart(text: string, column: number): number {
  if (text[column] !== "(") return column;
  return column - (/[\w$.]*$/.exec(text.slice(0, column))?.[0].length ?? 0);
}

type Position = {
  line: number;
  column: number;
};

function step(map: TraceMap, { line, column }: Position): Position | undefined {
  const { line: originalLine, column: originalColumn } = originalPositionFor(map, { line: line + 1, column });
  return originalLine === null ? undefined : { line: originalLine - 1, column: originalColumn };
}
