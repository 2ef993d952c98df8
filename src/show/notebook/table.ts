import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { inspect } from "../../common/platform";
import { shown } from "../../common/shown";
import { escapeHtml } from "./escapeHtml";
import { jupyterDisplay, type MimeBundle } from "./jupyterDisplay";
import { type FrameLike, isFrame, isSeries, type Row, recordsOf } from "./records";

/** Which rows, columns and digits `table` shows. */
export type TableOptions = {
  /**
   * The columns to show, in this order; default: all, in order of appearance. `""` is a data frame's index (`" "` if the
   * frame has a column `""` of its own).
   */
  columns?: readonly string[];
  /** Significant digits of numbers that are not integers; default 6. */
  digits?: number;
  /** Most rows shown, half of them from the end; default 60. */
  maxRows?: number;
  /** A title above the table that says what the rows and columns show; screen readers begin with it. */
  caption?: string;
};

const OPTIONS = {
  ...{ columns: true, digits: true, maxRows: true, caption: true },
} as const satisfies Record<keyof TableOptions, true>;

/** A table that shows itself as HTML in a notebook; `String(table)` is its aligned text. */
export type Table = {
  toString(): string;
  [jupyterDisplay](): MimeBundle;
};

/**
 * A small table: HTML in a notebook, aligned text elsewhere. `data` are rows, one object for each, or a danfo data frame
 * or series, whose index comes first.
 * Throws a TypeError if `data` is neither, a RangeError if `digits` or `maxRows` is no positive integer.
 */
export function table(data: readonly Row[] | FrameLike, options: TableOptions = {}): Table {
  const records = isFrame(data) || isSeries(data) ? recordsOf(data) : undefined;
  const rows = records?.rows ?? (data as readonly Row[]);
  if (!Array.isArray(rows) || rows.some((row) => typeof row !== "object" || row === null)) {
    throw new TypeError(
      `table expects an array of objects, one a row, or a danfo data frame; got ${shown(data)}.`,
    );
  }
  checkKeys("table", options, OPTIONS);
  const { digits = 6, maxRows = 60, caption } = options;
  checkCount("table: digits", digits, 1, 100);
  checkCount("table: maxRows", maxRows, 1, Infinity);
  if (options.columns !== undefined && !Array.isArray(options.columns))
    throw new TypeError(`table: columns must be an array of names; got ${shown(options.columns)}.`);
  if (caption !== undefined && typeof caption !== "string")
    throw new TypeError(`table: caption must be a text; got ${shown(caption)}.`);
  const columns = options.columns ??
    records?.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const numeric = columns.map((column) => rows.every((row) => isNumeric(row[column])));
  const [head, tail] = [Math.ceil(maxRows / 2), Math.floor(maxRows / 2)];
  const kept = rows.length <= maxRows ? rows : [...rows.slice(0, head), ...rows.slice(rows.length - tail)];
  const cells = kept.map((row) => columns.map((column) => cellText(row[column], digits)));
  const gap = kept.length < rows.length ? head : undefined;
  if (gap !== undefined)
    cells.splice(
      gap,
      0,
      columns.map(() => "…"),
    );
  const note = gap === undefined ? undefined : `${rows.length} rows × ${columns.length} columns`;
  const layout: Layout = { columns, index: records?.index ?? "", cells, numeric, caption, note };
  const text = asText(layout);
  const made = {
    toString: () => text,
    [jupyterDisplay]: () => ({ "text/html": asHtml(layout), "text/plain": text }),
    [inspect.custom]: () => text,
  } as Table;
  tables.add(made);
  return made;
}

const tables = new WeakSet<object>();

/** Whether a value was made by `table`, so that its HTML can be trusted. */
export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && tables.has(value);
}

type Layout = {
  columns: readonly string[];
  /** The column whose cells say which row it is. */
  index: string;
  cells: string[][];
  numeric: boolean[];
  caption: string | undefined;
  note: string | undefined;
};

function asText({ columns, cells, numeric, caption, note }: Layout): string {
  const widths = columns.map((column, j) => Math.max(column.length, ...cells.map((row) => row[j].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, j) => (numeric[j] ? cell.padStart(widths[j]) : cell.padEnd(widths[j])))
      .join("  ")
      .trimEnd();
  const lines = [line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line)];
  return [...(caption ? [caption] : []), ...lines, ...(note ? [note] : [])].join("\n");
}

/** Muted in any theme, above the left edge of the columns; in a narrow table the caption still has room. */
const CAPTION_STYLE = "caption-side:top;text-align:left;min-width:24em;padding:4px 0.5em;opacity:0.8";

function asHtml({ columns, index, cells, numeric, caption, note }: Layout): string {
  const tag = (scope: "col" | "row", row: readonly string[]) => {
    const made = row.map((cell, j) => {
      const header = scope === "col" ? cell.trim() !== "" : columns[j] === index;
      const name = header ? "th" : "td";
      const side = numeric[j] ? "right" : "left";
      return `<${name}${header ? ` scope="${scope}"` : ""} style="text-align:${side}">${escapeHtml(cell)}</${name}>`;
    });
    return `<tr>${made.join("")}</tr>`;
  };
  const body = cells.map((row) => tag("row", row)).join("\n");
  return [
    "<table>",
    ...(caption ? [`<caption style="${CAPTION_STYLE}">${escapeHtml(caption)}</caption>`] : []),
    `<thead>${tag("col", columns)}</thead>`,
    `<tbody>\n${body}\n</tbody>`,
    "</table>",
    ...(note ? [`<p>${escapeHtml(note)}</p>`] : []),
  ].join("\n");
}

function isNumeric(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "number" || typeof value === "bigint";
}

function cellText(value: unknown, digits: number): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value)) {
    return String(Number(value.toPrecision(digits)));
  }
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  return inspect(value, { colors: false, breakLength: Number.POSITIVE_INFINITY });
}
