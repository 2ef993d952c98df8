/** The weights and parameters after the epoch with the largest validation accuracy, the first of equals. */
export type BestWeights = {
  readonly epoch: number;
  readonly validationAccuracy: number;
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly parameters: readonly Float32Array[];
};
