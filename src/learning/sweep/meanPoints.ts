import { groupBy } from "../../common/groupBy";
import type { SweepRow } from "./sweepRows";

/** A point of a figure of accuracy against trained numbers. */
export type MeanPoint = {
  readonly series: string;
  readonly label: string;
  readonly scope?: string;
  readonly trained: number;
  readonly accuracy: number;
};

/** What a row says of its result, and what tells seeds apart; the rest says which runs are repeats of one another. */
const OTHERS = new Set(
  (
    "hash label seed trained trainedWithBatchNorm total accuracy selected last best validation loss epochs seconds " +
    "threads backend processor commit finished"
  ).split(" "),
);

/** The points of rows that were evaluated; runs that differ in nothing but a varied seed are one point, their mean. */
export function meanPoints(rows: readonly SweepRow[]): readonly MeanPoint[] {
  const evaluated = rows.filter(({ accuracy }) => accuracy !== undefined);
  const groups = groupBy(evaluated, (row) => {
    const same = Object.entries(row).filter(([key]) => !OTHERS.has(key));
    return JSON.stringify([same, row.trainedWithBatchNorm, row.seed === undefined ? row.hash : ""]);
  });
  return [...groups.values()].map((group) => {
    const { series, label, scope, trainedWithBatchNorm: trained } = group[0];
    const accuracy = group.reduce((sum, row) => sum + (row.accuracy as number), 0) / group.length;
    return {
      series,
      label: group.length > 1 ? [...withoutSeed(label), `mean of ${group.length} seeds`].join(", ") : label,
      ...(scope !== undefined && { scope }),
      trained,
      accuracy,
    };
  });
}

/** The parts of a label but for the one that names the seed. */
function withoutSeed(label: string): readonly string[] {
  return label.split(", ").filter((part) => !/^seed \d+$/.test(part));
}
