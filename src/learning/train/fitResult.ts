/** One epoch: `loss` and `accuracy` are means over its training batches, drop-out on. */
export type EpochRecord = {
  readonly epoch: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly testLoss?: number;
  readonly testAccuracy?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  readonly seconds: number;
};

/** An epoch and the test accuracy (share, 0 to 1) after it. */
export type Chosen = { readonly epoch: number; readonly testAccuracy: number };

/** What a training was like: its epochs, its time in seconds, and the accuracies that it is judged by. */
export type FitResult = {
  readonly epochs: readonly EpochRecord[];
  readonly steps: number;
  /** Whether the signal stopped it: then the last epoch, begun but not finished, is not in `epochs`. */
  readonly aborted: boolean;
  readonly seconds: number;
  /** Numbers that were trained, BatchNorm's included. */
  readonly trained: number;
  /** Test accuracy after the last evaluated epoch; there are later epochs only if the signal stopped the training. */
  readonly last?: Chosen;
  /** The largest test accuracy over epochs, which the paper reports. */
  readonly best?: Chosen;
  /** Test accuracy at the (first) largest validation accuracy: the honest choice. */
  readonly selected?: Chosen;
};

/** Adds the last, best and validation-selected test accuracy to what a training gave. */
export function summarise(result: Omit<FitResult, "last" | "best" | "selected">): FitResult {
  const tested = result.epochs.filter((record) => record.testAccuracy !== undefined);
  const chosen = (record: EpochRecord | undefined): Chosen | undefined =>
    record && { epoch: record.epoch, testAccuracy: record.testAccuracy as number };
  const largest = (value: (record: EpochRecord) => number | undefined) => {
    let top: { readonly record: EpochRecord; readonly reached: number } | undefined;
    for (const record of tested) {
      const reached = value(record);
      if (reached !== undefined && (top === undefined || reached > top.reached)) top = { record, reached };
    }
    return top?.record;
  };
  const summary = {
    last: chosen(tested.at(-1)),
    best: chosen(largest((record) => record.testAccuracy)),
    selected: chosen(largest((record) => record.validationAccuracy)),
  };
  const known = Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined));
  return { ...result, ...known };
}
