/** The learning rate of epoch i = 1, 2, …. */
export type LearningRate = number | ((epoch: number) => number);

/** The paper's schedule (Section 3): 0.002 · 0.93^(i−1) in epoch i. */
export function paperLearningRate(epoch: number): number {
  return 0.002 * 0.93 ** (epoch - 1);
}

/** start · factor^(i−1) in epoch i. */
export function exponentialLearningRate({ start, factor }: { start: number; factor: number }): LearningRate {
  return (epoch) => start * factor ** (epoch - 1);
}

/**
 * Half a cosine from `start` in the first epoch after the warm-up to `end` in the last one, start + (end − start)
 * (1 − cos πt)/2; in the `warmup` epochs before, the rate grows in equal steps to `start`.
 */
export function cosineLearningRate(options: {
  start: number;
  epochs: number;
  end?: number;
  warmup?: number;
}): LearningRate {
  const { start, epochs, end = 0, warmup = 0 } = options;
  if (!Number.isInteger(warmup) || warmup < 0 || !Number.isInteger(epochs) || epochs <= warmup) {
    throw new RangeError(`Expected whole numbers 0 ≤ warmup < epochs; got ${warmup} and ${epochs}.`);
  }
  return (epoch) => {
    if (epoch <= warmup) return (start * epoch) / (warmup + 1);
    const t = Math.min(1, (epoch - warmup - 1) / Math.max(1, epochs - warmup - 1));
    return start + ((end - start) * (1 - Math.cos(Math.PI * t))) / 2;
  };
}

/** The rate of an epoch; refuses what would not train. */
export function rateOf(rate: LearningRate, epoch: number): number {
  const value = typeof rate === "number" ? rate : rate(epoch);
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`The learning rate of epoch ${epoch} must be a finite number ≥ 0; got ${value}.`);
  }
  return value;
}
