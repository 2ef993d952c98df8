import { shown } from "../../common/shown";
import { add, compare, floor, multiply, scale, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";
import { checkLength, deltaOf, type Grid } from "../grid/grid";
import { compose } from "../relu/compose";
import type { Bias, Weight, WeightTuple } from "../relu/layer";
import { affine, type ReluNetwork, reluNetwork } from "../relu/reluNetwork";

/** By how many δ each axis is shifted; an empty list means 0 everywhere. */
function readShift(grid: Grid, shift: readonly number[]): readonly number[] {
  if (shift.length === 0) return Array<number>(grid.d).fill(0);
  checkLength(grid, shift, "shift");
  const wrong = shift.find((by) => !Number.isInteger(by));
  if (wrong !== undefined)
    throw new RangeError(`shift must hold integers, multiples of δ; got ${shown(wrong)}.`);
  return shift;
}

/**
 * The layer of neurons σ(x_i + o_i − k/K + δ), σ(x_i + o_i − k/K), i = 1..d, k = 1..K−1, for offsets o = shift·δ.
 * g and ϱ are affine functions of these 2d(K−1) neurons.
 */
function ramps(grid: Grid, shift: readonly number[]): ReluNetwork {
  const { d, n, K } = grid;
  const delta = deltaOf(grid);
  const by = readShift(grid, shift);
  const one = dyadic(1n);
  const weights: Weight[] = [];
  const biases: Bias[] = [];
  for (let i = 0; i < d; i++)
    for (let k = 1; k < K; k++) {
      const row = 2 * (i * (K - 1) + k - 1);
      const edge = subtract(multiply(dyadic(BigInt(by[i])), delta), dyadic(BigInt(k), -n));
      weights.push({ row, column: i, value: one }, { row: row + 1, column: i, value: one });
      biases.push({ row, value: add(edge, delta) }, { row: row + 1, value: edge });
    }
  // The entries are made in order, not sorted: these are the networks' largest layers.
  return reluNetwork([{ inputs: d, width: 2 * d * (K - 1), activation: "relu", weights, biases }]);
}

/**
 * The step function g: g(k/K) = g((k+1)/K − δ) = k, linear between, as a network R → R:
 * g(x) = Σ_{k=1}^{K−1} [σ(x − k/K + δ) − σ(x − k/K)]/δ [Theorem 2.1].
 */
export function stepNetwork(grid: Grid): ReluNetwork {
  const line = { ...grid, d: 1 };
  const weights = Array.from(
    { length: 2 * (grid.K - 1) },
    (_, column): WeightTuple => [0, column, dyadic(column % 2 === 0 ? 1n : -1n, grid.q)],
  );
  return compose([ramps(line, [0]), affine({ inputs: weights.length, outputs: 1, weights })]);
}

/**
 * The index ϱ(x) = 1 + Σ_i g(x_i + shift_i·δ) K^{i−1} as a network R^d → R; ϱ is one neuron. On a cube Q_β
 * (shift 0) it is the integer ϱ(β), and it always lies in [1, J] [Theorem 2.1].
 * @throws RangeError unless shift is empty or d integers.
 */
export function indexNetwork(grid: Grid, shift: readonly number[] = []): ReluNetwork {
  const { d, n, K, q } = grid;
  const weights: Weight[] = [];
  for (let i = 0, column = 0; i < d; i++) {
    const [rise, fall] = [dyadic(1n, q + n * i), dyadic(-1n, q + n * i)];
    for (let k = 1; k < K; k++, column += 2)
      weights.push({ row: 0, column, value: rise }, { row: 0, column: column + 1, value: fall });
  }
  const biases = [{ row: 0, value: dyadic(1n) }];
  return compose([
    ramps(grid, shift),
    reluNetwork([{ inputs: weights.length, width: 1, activation: "identity", weights, biases }]),
  ]);
}

/** g(x) in closed form: ⌊Kx⌋, plus, on a strip, the share of the strip left of x; constant outside [0,1]. */
export function stepValue(grid: Grid, x: Dyadic): Dyadic {
  const { n, K, q } = grid;
  const scaled = scale(x, n);
  const k = floor(scaled);
  if (k < 0n) return ZERO;
  if (k >= BigInt(K - 1)) return dyadic(BigInt(K - 1));
  const behind = subtract(subtract(scaled, dyadic(k)), subtract(dyadic(1n), dyadic(1n, n - q)));
  return compare(behind, ZERO) <= 0 ? dyadic(k) : add(dyadic(k), scale(behind, q - n));
}

/**
 * ϱ(x + shift·δ) in closed form.
 * @throws RangeError unless x, and shift where it is given, have d coordinates.
 */
export function indexValue(grid: Grid, x: readonly Dyadic[], shift: readonly number[] = []): Dyadic {
  checkLength(grid, x, "indexValue");
  const delta = deltaOf(grid);
  const by = readShift(grid, shift);
  return x.reduce(
    (sum, t, i) =>
      add(sum, scale(stepValue(grid, add(t, multiply(dyadic(BigInt(by[i])), delta))), grid.n * i)),
    dyadic(1n),
  );
}
