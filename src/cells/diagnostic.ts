/** A place in a text: UTF-16 offset, and 0-based line and character. */
export type DiagnosticPosition = {
  readonly offset: number;
  readonly line: number;
  readonly character: number;
};

/** What the compiler says about a place in a cell, or in a TypeScript file beside the notebook. */
export type Diagnostic = {
  readonly start: DiagnosticPosition;
  readonly end: DiagnosticPosition;
  readonly messageText: string;
  readonly category: number;
  readonly code: number;
  /** The file's name from the notebook's folder on; undefined for the cell itself. */
  readonly fileName?: string;
  /** The line of that file on which it starts. */
  readonly lineText?: string;
};
