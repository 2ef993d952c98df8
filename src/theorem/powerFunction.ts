import { dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import type { BiasTuple, WeightTuple } from "../relu/layer";
import { affine, type ReluNetwork } from "../relu/network";

/**
 * The piecewise linear function with h(j) = 4^j, j = 1..J, as a network R → R on [1, J]:
 * h(t) = 4 + 12σ(t−1) + Σ_{j=2}^{J−1} 9·4^{j−1}σ(t−j) [Theorem 2.1].
 */
export function powerNetwork(J: number): ReluNetwork {
  const one = dyadic(1n);
  const ramps: WeightTuple[] = [];
  const knots: BiasTuple[] = [];
  const slopes: WeightTuple[] = [[0, 0, dyadic(3n, 2)]];
  for (let j = 1; j < J; j++) {
    ramps.push([j - 1, 0, one]);
    knots.push([j - 1, dyadic(BigInt(-j))]);
    if (j > 1) slopes.push([0, j - 1, dyadic(9n, 2 * (j - 1))]);
  }
  return compose([
    affine({ inputs: 1, outputs: J - 1, weights: ramps, biases: knots, activation: "relu" }),
    affine({ inputs: J - 1, outputs: 1, weights: slopes, biases: [[0, dyadic(1n, 2)]] }),
  ]);
}
