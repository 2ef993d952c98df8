/** The learning rate of epoch i = 1, 2, …. */
export type LearningRate = number | ((epoch: number) => number);

/** The paper's schedule (Section 3): 0.002 · 0.93^(i−1) in epoch i. */
export function paperLearningRate(epoch: number): number {
  return 0.002 * 0.93 ** (epoch - 1);
}

/** The rate of an epoch; refuses what would not train. */
export function rateOf(rate: LearningRate, epoch: number): number {
  const value = typeof rate === "number" ? rate : rate(epoch);
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`The learning rate of epoch ${epoch} must be a finite number ≥ 0; got ${value}.`);
  }
  return value;
}
