import { dyadic } from "../exact/dyadic";
import { compose } from "../relu/compose";
import type { BiasTuple, WeightTuple } from "../relu/layer";
import { affine, type ReluNetwork } from "../relu/reluNetwork";
import type { Grid } from "./grid";

/** The serpentine position, from 0, of every point of {0..side−1}^d, the first coordinate changing fastest. */
function serpentine(d: number, side: number): Uint32Array {
  const positions = new Uint32Array(side ** d);
  const digits = new Uint32Array(d);
  for (let j = 0; j < positions.length; j++) {
    let position = 0;
    let odd = 0;
    for (let i = d - 1; i >= 0; i--) {
      position = position * side + (odd === 1 ? side - 1 - digits[i] : digits[i]);
      odd ^= digits[i] & 1;
    }
    positions[j] = position;
    for (let i = 0; i < d && ++digits[i] === side; i++) digits[i] = 0;
  }
  return positions;
}

/**
 * The serpentine (boustrophedon) position k ∈ {1..J} of every cube, positions[ϱ−1]: consecutive cubes share
 * a face. Digit i is walked backwards where Σ_{j>i} β_j is odd [ours].
 */
export const serpentinePositions = ({ d, K }: Grid): Uint32Array => serpentine(d, K).map((k) => k + 1);

/** The same for the nodes {0..K}^d of createLattice: consecutive nodes are 1/K apart. */
export const serpentineNodes = ({ d, K }: Grid): Uint32Array => serpentine(d, K + 1).map((k) => k + 1);

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
