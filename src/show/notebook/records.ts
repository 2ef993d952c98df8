/** One row of a table: column name → plain value. */
export type Row = { readonly [column: string]: unknown };

/** The part of a danfo data frame or series that is shown; danfo itself need not be loaded. */
export type FrameLike = {
  readonly columns: readonly (string | number)[];
  readonly index: readonly (string | number)[];
  readonly values: readonly unknown[];
};

type Frame = Omit<FrameLike, "values"> & { readonly values: readonly unknown[][] };

type Series = FrameLike & { readonly name?: string | number };

export function isFrame(value: unknown): value is Frame {
  return hasClassName(value, "DataFrame") && hasArrays(value, ["columns", "index", "values"]);
}

export function isSeries(value: unknown): value is Series {
  return hasClassName(value, "Series") && hasArrays(value, ["index", "values"]);
}

/** Whether a value is a non-empty array of plain objects whose entries are all plain values. */
export function isRecords(value: unknown): value is Row[] {
  // An array with holes is none, and may have billions of them.
  return (
    Array.isArray(value) &&
    isRecord(value[0]) &&
    Object.keys(value).length >= value.length &&
    value.every(isRecord)
  );
}

/** The rows of a frame or series. */
export type Records = {
  readonly rows: readonly Row[];
  /** The names of the columns in order, the index's first; the keys of an object would put numbers first. */
  readonly columns: readonly string[];
  /** The name of the index's column: `""`, or spaces if the frame has a column of that name. */
  readonly index: string;
};

/** The rows of a frame or series, each with its index. */
export function recordsOf(value: Frame | Series): Records {
  const series = isSeries(value);
  const own = series ? [String(value.columns?.[0] ?? "0")] : value.columns.map(String);
  let index = "";
  while (own.includes(index)) index += " ";
  const columns = [index, ...own];
  const rows = value.values.map((entry, i): Row => {
    const cells = [value.index[i], ...(series ? [entry] : (entry as unknown[]))];
    return Object.fromEntries(columns.map((column, j) => [column, cells[j]]));
  });
  return { rows, columns, index };
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
