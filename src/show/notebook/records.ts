/** One row of a table: column name → plain value. */
export type Row = { readonly [column: string]: unknown };

/** A danfo data frame or series, by the part of it that is shown; danfo itself is not loaded for it. */
export interface FrameLike {
  readonly columns: readonly (string | number)[];
  readonly index: readonly (string | number)[];
  readonly values: readonly unknown[];
}

interface Frame extends FrameLike {
  readonly values: readonly unknown[][];
}

interface Series extends FrameLike {
  readonly name?: string | number;
}

export function isFrame(value: unknown): value is Frame {
  return hasClassName(value, "DataFrame") && hasArrays(value, ["columns", "index", "values"]);
}

export function isSeries(value: unknown): value is Series {
  return hasClassName(value, "Series") && hasArrays(value, ["index", "values"]);
}

/** Whether a value is a non-empty array of plain objects whose entries are all plain values. */
export function isRecords(value: unknown): value is Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}

/** The rows of a frame or series, each with its index in the column `""`. */
export function recordsOf(value: Frame | Series): readonly Row[] {
  const { index, values, columns } = value;
  if (isSeries(value))
    return values.map((entry, i) => ({ "": index[i], [String(columns?.[0] ?? "0")]: entry }));
  return (values as Frame["values"]).map((row, i) => ({
    "": index[i],
    ...Object.fromEntries(columns.map((column, j) => [column, row[j]])),
  }));
}

function isRecord(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every(isPlain);
}

function isPlain(value: unknown): boolean {
  return (
    value === null || value instanceof Date || (typeof value !== "object" && typeof value !== "function")
  );
}

function hasClassName(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && value.constructor?.name === name;
}

function hasArrays(value: unknown, names: string[]): boolean {
  return names.every((name) => Array.isArray((value as { [name: string]: unknown })[name]));
}
