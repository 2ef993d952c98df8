import { dataFrames } from "../tensorflow/tensorflow";
import type { SweepRow } from "./sweepRows";

/**
 * Rows of a sweep as a danfo data frame, with a column for each key that some row has; what a row lacks is NaN in a column
 * of numbers and an empty text in others. dataFrames tells what to mind when frames are grouped or reckoned with.
 */
export async function sweepFrame(rows: readonly SweepRow[]) {
  const { DataFrame } = await dataFrames();
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = keys.map((key): readonly [string, readonly unknown[]] => {
    const values = rows.map((row) => row[key]);
    const numbers = values.every((value) => value === undefined || typeof value === "number");
    return [
      key,
      values.map((value) =>
        value === undefined ? (numbers ? Number.NaN : "") : numbers ? value : String(value),
      ),
    ];
  });
  return new DataFrame(Object.fromEntries(columns) as Record<string, (string | number)[]>);
}
