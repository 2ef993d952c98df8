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

/**
 * The points of rows that were evaluated; runs that differ in nothing but a varied seed are one point, their mean. None
 * where there are more points than `most`.
 */
export function meanPoints(rows: Iterable<SweepRow>, most = Number.POSITIVE_INFINITY): readonly MeanPoint[] {
  const groups = new Map<string, { readonly first: MeanPoint; sum: number; count: number }>();
  for (const { accuracy, ...row } of rows) {
    if (accuracy === undefined) continue;
    const same = Object.entries(row).filter(([key]) => !OTHERS.has(key));
    const key = JSON.stringify([same, row.trainedWithBatchNorm, row.seed === undefined ? row.hash : ""]);
    const known = groups.get(key);
    if (known) {
      known.sum += accuracy;
      known.count++;
      continue;
    }
    const { series, label, scope, trainedWithBatchNorm: trained } = row;
    const first = { series, label, ...(scope !== undefined && { scope }), trained, accuracy };
    groups.set(key, { first, sum: accuracy, count: 1 });
    if (groups.size > most) return [];
  }
  return [...groups.values()].map(({ first, sum, count }) => ({
    ...first,
    ...(count > 1 && { label: [...withoutSeed(first.label), `mean of ${count} seeds`].join(", ") }),
    accuracy: sum / count,
  }));
}

/** The parts of a label but for the one that names the seed. */
function withoutSeed(label: string): readonly string[] {
  return label.split(", ").filter((part) => !/^seed \d+$/.test(part));
}
