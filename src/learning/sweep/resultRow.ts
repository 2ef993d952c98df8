import type { Configuration, PhaseConfiguration } from "../experiment/configuration";
import type { ExperimentResult } from "../experiment/experimentResult";

/** What is told of a result in one line of a table. */
export type ResultRow = {
  /** Numbers trained in the last phase without and with those of BatchNorm, and all of the network. */
  readonly trained: number;
  readonly trainedWithBatchNorm: number;
  readonly total: number;
  /** Test accuracy after the epoch that validation chose, else after the last one; absent if it was never evaluated. */
  readonly accuracy?: number;
  readonly selected?: number;
  readonly last?: number;
  readonly best?: number;
  readonly validation?: number;
  readonly loss: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly threads: number;
  readonly backend: string;
  readonly processor: string;
  readonly commit?: string;
  readonly finished: string;
  /** Of each phase, what its time depends on, and its seconds for an image in an epoch. */
  readonly costs: readonly (readonly [string, number])[];
};

/** The row of a result. */
export function rowOf(result: ExperimentResult): ResultRow {
  const { phases, parameters, backend, machine, selected, last, best } = result;
  const { trained, trainedWithBatchNorm, epochs } = phases[phases.length - 1];
  const chosen = selected ?? last;
  const judged = epochs.find(({ epoch }) => epoch === chosen?.epoch)?.validationAccuracy;
  const row: { -readonly [key in keyof ResultRow]?: ResultRow[key] } = {};
  row.trained = trained;
  row.trainedWithBatchNorm = trainedWithBatchNorm;
  row.total = parameters.totalWithBatchNorm;
  // What is absent has no column.
  if (chosen) row.accuracy = chosen.testAccuracy;
  if (selected) row.selected = selected.testAccuracy;
  if (last) row.last = last.testAccuracy;
  if (best) row.best = best.testAccuracy;
  if (judged !== undefined) row.validation = judged;
  if (result.commit !== undefined) row.commit = result.commit;
  row.loss = epochs[epochs.length - 1].loss;
  row.epochs = epochs.length;
  row.seconds = result.seconds;
  row.threads = backend.threads;
  row.backend = backend.backend;
  row.processor = machine.processor;
  row.finished = result.finished;
  row.costs = phases.map(({ seconds }, i) => [
    costKey(result.configuration, result.configuration.phases[i]),
    seconds / epochImages(result.configuration, result.configuration.phases[i]),
  ]);
  return row as ResultRow;
}

/** What the time of a phase depends on, besides its epochs and images. */
export function costKey({ model }: Configuration, { method }: PhaseConfiguration): string {
  const { name, width = 1, module } = model;
  const places = method as { readonly layers?: unknown; readonly train?: unknown };
  return [
    name,
    module?.sha256.slice(0, 8) ?? width,
    method.name,
    JSON.stringify(places.layers ?? places.train ?? "all"),
  ].join(" ");
}

/** Images that the package's data sets have for training; one's own are taken for as large. */
const WHOLE = 60_000;
const CLASSES = 10;

/** How many images a phase sees in all of its epochs, about. */
export function epochImages({ data }: Configuration, { labels, epochs }: PhaseConfiguration): number {
  const share = labels ? Math.min(1, labels.length / CLASSES) : 1;
  const tested = (data.test ?? WHOLE / 6) / 3;
  return epochs * ((data.train ?? WHOLE) * (1 - (data.validation ?? 1 / 12)) * share + tested);
}
