import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";

/** The learning rate of epoch i = 1, 2, …. */
export type LearningRate = number | ((epoch: number) => number);

/** The paper's schedule (Section 3): 0.002 · 0.93^(i−1) in epoch i. */
export function paperLearningRate(epoch: number): number {
  return 0.002 * 0.93 ** (epoch - 1);
}

/** start · factor^(i−1) in epoch i. @throws RangeError for numbers that are not finite or below 0. */
export function exponentialLearningRate(options: { start: number; factor: number }): LearningRate {
  checkKeys("exponentialLearningRate", options, { start: true, factor: true });
  const { start, factor } = options;
  checkRates({ start, factor });
  return (epoch) => start * factor ** (epoch - 1);
}

/**
 * Half a cosine from `start` in the first epoch after the warm-up to `end` in the last one, start + (end − start)
 * (1 − cos πt)/2; in the `warmup` epochs before, the rate grows in equal steps to `start`.
 * @throws RangeError for rates that are not finite or below 0, and where no epoch is left after the warm-up.
 */
export function cosineLearningRate(options: {
  start: number;
  epochs: number;
  end?: number;
  warmup?: number;
}): LearningRate {
  checkKeys("cosineLearningRate", options, { start: true, epochs: true, end: true, warmup: true });
  const { start, epochs, end = 0, warmup = 0 } = options;
  checkRates({ start, end });
  if (!Number.isInteger(warmup) || warmup < 0 || !Number.isInteger(epochs) || epochs <= warmup) {
    throw new RangeError(
      `Expected whole numbers 0 ≤ warmup < epochs; got ${shown(warmup)} and ${shown(epochs)}.`,
    );
  }
  return (epoch) => {
    if (epoch <= warmup) return (start * epoch) / (warmup + 1);
    const t = Math.min(1, (epoch - warmup - 1) / Math.max(1, epochs - warmup - 1));
    return start + ((end - start) * (1 - Math.cos(Math.PI * t))) / 2;
  };
}

/** The rate of an epoch; refuses one that is not finite or below 0. */
export function rateOf(rate: LearningRate, epoch: number): number {
  const value = typeof rate === "function" ? rate(epoch) : rate;
  checkRates({ [`The learning rate of epoch ${epoch}`]: value });
  return value;
}

/** @throws RangeError naming the first that is no finite number ≥ 0. */
export function checkRates(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`${name} must be a finite number ≥ 0; got ${shown(value)}.`);
    }
  }
}
