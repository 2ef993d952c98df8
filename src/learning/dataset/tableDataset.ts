import { checkKeys } from "../../common/checkKeys";
import { sha256 } from "../../common/platform";
import { present } from "../../common/present";
import { shown } from "../../common/shown";
import { MOST_CLASSES } from "./checkImages";
import { type Column, cellsOf, columnFrom, encodeRows, type TableCells, type TableRows } from "./column";
import { type Dataset, dataset } from "./dataset";
import { holdOut } from "./holdOut";
import type { ImageSet } from "./imageSet";

/** Which columns are learnt from, and how rows are held out. */
export type TableDatasetOptions = {
  /** The column that names the class of a row. */
  readonly label: string;
  /** The columns to learn from, in this order; default all others. */
  readonly features?: readonly string[];
  /** Share of each class that is kept for testing, default 0.2. */
  readonly test?: number;
  /** Share of each class for a validation set; default none. */
  readonly validation?: number;
  /** Decides which rows are held out. */
  readonly seed?: number;
  readonly name?: string;
};

const OPTIONS: Record<keyof TableDatasetOptions, true> = {
  label: true,
  features: true,
  test: true,
  validation: true,
  seed: true,
  name: true,
};

/** A data set of rows, shape [columns], that can put further rows into the same form. */
export type TableDataset = Dataset & {
  /** What became of each column, in order. */
  readonly columns: readonly Column[];
  /** Other rows in the same form, row-major, as a trained model takes them; they need no label. */
  encode(rows: TableRows): Float32Array;
};

/**
 * A data set from a table: plain rows or a danfo data frame. Columns of numbers (or of true and false, 1 and 0)
 * become (x − mean) / std by the *training* rows; columns of texts become one 0 or 1 for each text, sorted.
 * Classes are the distinct labels, sorted.
 * @throws Error naming row and column for values that are missing or of another kind, and the column where it is
 *   constant or all its texts differ; Error for fewer than two classes or more than 256, and classes with too few rows.
 */
export function tableDataset(rows: TableRows, options: TableDatasetOptions): TableDataset {
  checkKeys("tableDataset", options, OPTIONS);
  const { label, test = 0.2, validation, seed = 0, name = "table" } = options;
  const cells = cellsOf(rows);
  const features = options.features ?? cells.columns.filter((column) => column !== label);
  if (features.length === 0) throw new Error(`There is no column beside ${shown(label)} to learn from.`);
  if (features.includes(label)) throw new Error(`The label ${shown(label)} cannot be a feature, too.`);
  const { classes, labels } = classesOf(cells, label);
  const parts = holdOut(
    { images: new Float32Array(labels.length).map((_, i) => i), labels },
    {
      of: "rows",
      classes,
      shares: { test, ...(validation !== undefined && { validation }) },
      seed,
    },
  );
  const training = Array.from(parts.train.images);
  const columns = features.map((feature) => columnFrom(cells, feature, training));
  const values = encodeRows(cells, columns);
  const width = values.length / labels.length;
  // Until here the parts hold row numbers as images; now come the rows.
  const rowsOf = (part: ImageSet): ImageSet => ({
    images: Float32Array.from(
      { length: part.labels.length * width },
      (_, k) => values[part.images[Math.floor(k / width)] * width + (k % width)],
    ),
    labels: part.labels,
  });
  const used = JSON.stringify([label, ...features].map((column) => [column, cells.values(column)]));
  const data = dataset({
    name,
    shape: [width],
    classes,
    train: rowsOf(parts.train),
    test: rowsOf(parts.test),
    ...(parts.validation && { validation: rowsOf(parts.validation) }),
    checksums: { [name]: sha256().update(used).digest("hex") },
    // Each column is standardised already; standardise(data) has nothing left to do.
    standardised: { mean: 0, std: 1 },
  });
  return Object.freeze({ ...data, columns, encode: (more: TableRows) => encodeRows(cellsOf(more), columns) });
}

function classesOf(cells: TableCells, label: string): { classes: string[]; labels: Uint8Array } {
  const values = cells.values(label);
  const distinct = [...new Set(values)];
  const kinds = new Set(distinct.map((value) => typeof value));
  if (kinds.size > 1)
    throw new Error(`The label ${shown(label)} mixes ${[...kinds].join(" and ")}: use one kind.`);
  distinct.sort((a, b) => (a < b ? -1 : 1));
  if (distinct.length < 2 || distinct.length > MOST_CLASSES) {
    throw new Error(
      `The label ${shown(label)} has ${distinct.length} different values; expected 2 to ${MOST_CLASSES} classes.`,
    );
  }
  const index = new Map(distinct.map((value, i) => [value, i]));
  const labelOf = (value: (typeof values)[number]) => present(index.get(value), `The class of "${value}"`);
  return { classes: distinct.map(String), labels: Uint8Array.from(values, labelOf) };
}
