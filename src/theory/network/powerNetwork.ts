import { dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import type { Bias, Weight } from "../relu/layer";
import { type ReluNetwork, reluNetwork } from "../relu/reluNetwork";

/**
 * The piecewise linear function with h(j) = 4^j, j = 1..J, as a network R → R on [1, J]:
 * h(t) = 4 + 12σ(t−1) + Σ_{j=2}^{J−1} 9·4^{j−1}σ(t−j) [Theorem 2.1].
 */
export function powerNetwork(J: number): ReluNetwork {
  const one = dyadic(1n);
  const ramps: Weight[] = [];
  const knots: Bias[] = [];
  const slopes: Weight[] = [{ row: 0, column: 0, value: dyadic(3n, 2) }];
  for (let j = 1; j < J; j++) {
    ramps.push({ row: j - 1, column: 0, value: one });
    knots.push({ row: j - 1, value: dyadic(BigInt(-j)) });
    if (j > 1) slopes.push({ row: 0, column: j - 1, value: dyadic(9n, 2 * (j - 1)) });
  }
  const offset = [{ row: 0, value: dyadic(1n, 2) }];
  return compose([
    reluNetwork([{ inputs: 1, width: J - 1, activation: "relu", weights: ramps, biases: knots }]),
    reluNetwork([{ inputs: J - 1, width: 1, activation: "identity", weights: slopes, biases: offset }]),
  ]);
}
