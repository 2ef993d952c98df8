import { dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import type { BiasTuple, WeightTuple } from "../relu/layer";
import { affine, type ReluNetwork } from "../relu/reluNetwork";
import { cubeOfIndex, type Grid } from "./grid";

/**
 * The serpentine (boustrophedon) position k ∈ {1..J} of every cube, positions[ϱ−1]: consecutive cubes share
 * a face. Digit i is walked backwards where Σ_{j>i} β_j is odd [ours].
 */
export function serpentinePositions(grid: Grid): Uint32Array {
  const { d, K, J } = grid;
  const positions = new Uint32Array(J);
  for (let j = 1; j <= J; j++) {
    const beta = cubeOfIndex(grid, j);
    let position = 0;
    let odd = 0;
    for (let i = d - 1; i >= 0; i--) {
      position = position * K + (odd === 1 ? K - 1 - beta[i] : beta[i]);
      odd ^= beta[i] & 1;
    }
    positions[j - 1] = position + 1;
  }
  return positions;
}

/**
 * The piecewise linear map ϱ ↦ k through all serpentine positions as a network R → R on [1, J]:
 * k(t) = k(1) + (k(2)−k(1))σ(t−1) + Σ_j (change of slope at j)·σ(t−j); always within [1, J] [ours].
 */
export function serpentineNetwork(grid: Grid): ReluNetwork {
  const k = serpentinePositions(grid);
  const ramps: WeightTuple[] = [];
  const knots: BiasTuple[] = [];
  const slopes: WeightTuple[] = [];
  let slope = 0;
  for (let j = 1; j < grid.J; j++) {
    const next = k[j] - k[j - 1];
    if (next === slope) continue;
    const unit = ramps.length;
    ramps.push([unit, 0, 1]);
    knots.push([unit, -j]);
    slopes.push([0, unit, next - slope]);
    slope = next;
  }
  return compose([
    affine({ inputs: 1, outputs: ramps.length, weights: ramps, biases: knots, activation: "relu" }),
    affine({ inputs: ramps.length, outputs: 1, weights: slopes, biases: [[0, dyadic(BigInt(k[0]))]] }),
  ]);
}
