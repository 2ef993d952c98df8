/** Below 2^30, the least range of the coder, by so much that rounding costs nothing that counts. */
const MOST = 2 ** 20;

/** What an arithmetic coder needs to know of the next symbol: cumulated weights that both sides can compute. */
export type AdaptiveCounts = {
  /** Σ of all weights, and Σ of those before `symbol`, and up to it. */
  spanOf(symbol: number): { from: number; to: number; total: number };
  /** The symbol whose span holds `target` < total. */
  symbolAt(target: number): number;
  readonly total: number;
  /** The symbol has come once more. */
  saw(symbol: number): void;
};

/**
 * Weights 2c + 1 for a symbol that has come c times: the estimate of Krichevsky and Trofimov (1981), which starts
 * from equal weights, so that no table has to be sent.
 */
export function createAdaptiveCounts(size: number): AdaptiveCounts {
  const weights = new Uint32Array(size).fill(1);
  let total = size;
  return {
    get total() {
      return total;
    },
    spanOf: (symbol) => {
      let from = 0;
      for (let i = 0; i < symbol; i++) from += weights[i];
      return { from, to: from + weights[symbol], total };
    },
    symbolAt: (target) => {
      let symbol = 0;
      for (let to = weights[0]; to <= target; to += weights[symbol]) symbol++;
      return symbol;
    },
    saw: (symbol) => {
      weights[symbol] += 2;
      total += 2;
      if (total <= MOST) return;
      total = 0;
      for (let i = 0; i < size; i++) {
        weights[i] = (weights[i] >> 1) | 1;
        total += weights[i];
      }
    },
  };
}
