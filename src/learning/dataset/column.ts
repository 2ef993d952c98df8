import { shown } from "../../common/shown";

/** One row of a table: column name → value. */
type PlainRow = { readonly [column: string]: unknown };
/** Rows as objects, or a danfo data frame, which is recognised by its columns and values. */
export type TableRows =
  | readonly PlainRow[]
  | { readonly columns: readonly (string | number)[]; readonly values: unknown };

/** How a column becomes numbers. */
export type Column =
  | { readonly name: string; readonly kind: "number"; readonly mean: number; readonly std: number }
  | { readonly name: string; readonly kind: "text"; readonly texts: readonly string[] };

type Value = number | string | boolean;

/** The cells of a table by column, checked before they are returned. */
export type TableCells = {
  readonly columns: readonly string[];
  readonly count: number;
  /** @throws Error for a column that is not there and for a missing value. */
  values(column: string): readonly Value[];
};

export function cellsOf(rows: TableRows): TableCells {
  const { columns, count, cell } = access(rows);
  if (count === 0) throw new Error("The table has no row.");
  return {
    columns,
    count,
    values(column) {
      if (!columns.includes(column)) {
        throw new Error(`There is no column ${shown(column)}; the columns are ${columns.join(", ")}.`);
      }
      return Array.from({ length: count }, (_, row) => checked(cell(row, column), row, column));
    },
  };
}

function access(rows: TableRows) {
  if (Array.isArray(rows)) {
    const odd = rows.findIndex((row) => typeof row !== "object" || row === null || Array.isArray(row));
    if (odd >= 0) throw new TypeError(`Row ${odd} is no object: expected rows such as { height: 1.7 }.`);
    const columns = [...new Set((rows as readonly PlainRow[]).flatMap((row) => Object.keys(row)))];
    return { columns, count: rows.length, cell: (row: number, column: string) => rows[row][column] };
  }
  const { columns, values } = (rows ?? {}) as { columns?: unknown; values?: unknown };
  if (!Array.isArray(columns) || !Array.isArray(values) || !values.every(Array.isArray)) {
    throw new TypeError("Expected an array of rows (objects) or a danfo DataFrame.");
  }
  const names = columns.map(String);
  return {
    columns: names,
    count: values.length,
    cell: (row: number, column: string) => values[row][names.indexOf(column)] as unknown,
  };
}

function checked(value: unknown, row: number, column: string): Value {
  if (typeof value === "boolean" || (typeof value === "string" && value !== "")) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const found = value === "" ? "an empty text" : shown(value);
  const missing = value === undefined || value === null || value === "" || Number.isNaN(value);
  throw new Error(
    missing
      ? `Row ${row}, column ${shown(column)}: the value is missing (${found}). Leave such rows out, or fill them in.`
      : `Row ${row}, column ${shown(column)}: expected a finite number, a text, true or false; got ${found}.`,
  );
}

/** The form of a column: mean and standard deviation over the given rows, or all its texts. */
export function columnFrom(cells: TableCells, name: string, training: readonly number[]): Column {
  const values = cells.values(name);
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length === 0) {
    const numbers = training.map((row) => Number(values[row]));
    // Divided before they are added, so that the sum of large numbers does not overflow.
    const mean = numbers.reduce((sum, x) => sum + x / numbers.length, 0);
    const std = Math.hypot(...chunks(numbers.map((x) => (x - mean) / Math.sqrt(numbers.length))));
    if (numbers.every((x) => x === numbers[0]) || !(std > 0 && Number.isFinite(std))) {
      throw new Error(
        `Column ${shown(name)} cannot be scaled by its training rows, ${numbers[0]} everywhere or without a finite ` +
          "spread: leave it out of features.",
      );
    }
    return { name, kind: "number", mean, std };
  }
  if (texts.length < values.length) {
    const row = values.findIndex((value) => typeof value !== typeof texts[0]);
    throw new Error(
      `Column ${shown(name)} mixes texts and numbers: row ${row} holds ${shown(values[row])}, others ${shown(texts[0])}.`,
    );
  }
  const distinct = [...new Set(texts)].sort();
  if (distinct.length === 1) {
    throw new Error(`Column ${shown(name)} is ${shown(distinct[0])} everywhere: leave it out of features.`);
  }
  if (distinct.length === texts.length) {
    throw new Error(
      `All texts of column ${shown(name)} differ (${shown(texts[0])}, …), so nothing can be learnt from it. ` +
        "Leave it out, or make numbers of it with Number(…).",
    );
  }
  return { name, kind: "text", texts: distinct };
}

const ARGUMENTS = 1000;

/** The norms of chunks, as a call takes only so many arguments; the norm of these norms is that of all values. */
function chunks(values: readonly number[]): number[] {
  const norms: number[] = [];
  for (let i = 0; i < values.length; i += ARGUMENTS)
    norms.push(Math.hypot(...values.slice(i, i + ARGUMENTS)));
  return norms;
}

/** All rows in the form of these columns, row-major: one number for a column of numbers, else one for each text. */
export function encodeRows(cells: TableCells, columns: readonly Column[]): Float32Array {
  const parts = columns.map((column) => {
    const values = cells.values(column.name);
    if (column.kind === "number") {
      const row = values.findIndex((value) => typeof value === "string");
      if (row >= 0)
        throw new Error(
          `Row ${row}, column ${shown(column.name)}: expected a number; got ${shown(values[row])}.`,
        );
      return values.map((value) => [(Number(value) - column.mean) / column.std]);
    }
    return values.map((value, row) => {
      if (!column.texts.includes(value as string)) {
        throw new Error(
          `Row ${row}, column ${shown(column.name)}: ${shown(value)} is none of ${shown(column.texts)}.`,
        );
      }
      return column.texts.map((text) => Number(text === value));
    });
  });
  return Float32Array.from(
    Array.from({ length: cells.count }, (_, row) => parts.flatMap((part) => part[row])).flat(),
  );
}
