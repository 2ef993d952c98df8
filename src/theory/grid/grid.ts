import { shown } from "../../common/shown";
import { type Dyadic, dyadic } from "../exact/dyadic";

/** The cubes Q_β and the trifling region Ω(K, δ) between them [Figs 6, 10]. */
export type Grid = {
  /** Dimension of the cube [0,1]^d. */
  readonly d: number;
  readonly n: number;
  /** Cubes along an axis, K = 2^n. */
  readonly K: number;
  /** Cubes in all, J = K^d = 2^{dn}. */
  readonly J: number;
  /** The width of the trifling strips is δ = 2^{−q}. */
  readonly q: number;
  readonly delta: number;
};

/** Beyond 2^24 cubes a table of their values no longer fits a laptop's memory comfortably. */
const MAX_DN = 24;
/** δ = 2^−q must be a normal float64. */
export const MAX_Q = 1022;

/**
 * Checks n against the dimension.
 * @throws RangeError unless n is a positive integer with d·n ≤ 24.
 */
export function checkSize(d: number, n: number): void {
  if (!Number.isInteger(n) || n < 1) {
    const missing = n === undefined ? "; say it as in { n: 4 }" : "";
    throw new RangeError(
      `n must be a positive integer (2^n cubes along each axis); got ${shown(n)}${missing}.`,
    );
  }
  if (d * n > MAX_DN)
    throw new RangeError(
      `d·n must be at most ${MAX_DN} (there are 2^(d·n) cubes); got ${shown(d)}·${shown(n)} = ${d * n}; choose n ≤ ${Math.floor(MAX_DN / d)}.`,
    );
}

/**
 * The grid for d, n with strips of width δ = 2^{−q}; a given `delta` is rounded down to a power of two.
 * @throws RangeError if δ > 1/(3K) or δ < 2^{−1022}, and for d, n, q that are not integers.
 */
export function createGrid(d: number, n: number, q: number, delta?: number): Grid {
  if (!Number.isInteger(d) || d < 1)
    throw new RangeError(`d must be a positive integer (coordinates of a point); got ${shown(d)}.`);
  checkSize(d, n);
  // The bound of a constant or a wild target may give q = ±Infinity; the limits below deal with it.
  if (typeof q !== "number" || Number.isNaN(q) || (Number.isFinite(q) && !Number.isInteger(q)))
    throw new RangeError(`q must be an integer (the strips are 2^−q wide); got ${shown(q)}.`);
  const K = 2 ** n;
  let exponent = Math.max(q, n + 2); // 2^{−n−2} is the largest power of two ≤ 1/(3K)
  if (delta !== undefined) {
    if (typeof delta !== "number" || !(delta > 0))
      throw new RangeError(`delta must be a positive number; got ${shown(delta)}.`);
    if (3 * K * delta > 1)
      throw new RangeError(
        `delta must be at most 1/(3K) = ${1 / (3 * K)} for n = ${n}; got ${shown(delta)}.`,
      );
    exponent = Math.ceil(-Math.log2(delta));
    while (2 ** -exponent > delta) exponent++;
    while (2 ** -(exponent - 1) <= delta) exponent--;
  }
  if (exponent > MAX_Q)
    throw new RangeError(
      `These options ask for strips of width δ = 2^−${exponent}, less than float64 can hold (2^−${MAX_Q}); choose a smaller n or p, a smoother modulus, or give delta.`,
    );
  return Object.freeze({ d, n, K, J: 2 ** (d * n), q: exponent, delta: 2 ** -exponent });
}

/** @throws RangeError unless x is an array of d coordinates. */
export function checkLength({ d }: Grid, x: ArrayLike<unknown>, caller: string): void {
  if (x === null || typeof x !== "object" || x.length !== d)
    throw new RangeError(
      `${caller} expects ${d} ${d === 1 ? "coordinate" : "coordinates"} in an array; got ${shown(x)}.`,
    );
}

/** δ as a dyadic number. */
export const deltaOf = (grid: Grid): Dyadic => dyadic(1n, -grid.q);

/**
 * Where x is along one axis: k = ⌊Kx⌋, at most K − 1, and `inside`, the share of the strip after Q_k that lies
 * left of x, in (0, 1); 0 off the strips. Exact for every float64 x.
 */
export function alongAxis({ K, n, q, delta }: Grid, x: number): { k: number; inside: number } {
  const threshold = 1 - K * delta;
  const scaled = x * K;
  const k = Math.min(Math.floor(scaled), K - 1);
  // The difference of two float64 in [½, 1] and its scaling by 2^(q−n) are exact.
  const inside = k >= 0 && k < K - 1 && scaled - k > threshold ? (scaled - k - threshold) * 2 ** (q - n) : 0;
  return { k, inside };
}

/**
 * β ∈ {0..K−1}^d of the cube with ϱ(β) = j, from ϱ(β) = 1 + Σ_i β_i K^{i−1}.
 * @throws RangeError unless j is an integer from 1 to J.
 */
export function cubeOfIndex(grid: Grid, j: number): number[] {
  if (!Number.isInteger(j) || j < 1 || j > grid.J)
    throw new RangeError(`cubeOfIndex: j must be an integer from 1 to J = ${grid.J}; got ${shown(j)}.`);
  const beta: number[] = [];
  for (let i = 0, rest = j - 1; i < grid.d; i++, rest = Math.floor(rest / grid.K)) beta.push(rest % grid.K);
  return beta;
}

/**
 * ϱ(β) = 1 + Σ_i β_i K^{i−1} ∈ {1..J}.
 * @throws RangeError unless β holds d integers from 0 to K − 1.
 */
export function indexOfCube(grid: Grid, beta: ArrayLike<number>): number {
  checkLength(grid, beta, "indexOfCube");
  let j = 1;
  for (let i = grid.d - 1, stride = grid.J / grid.K; i >= 0; i--, stride /= grid.K) {
    const k = beta[i];
    if (!Number.isInteger(k) || k < 0 || k >= grid.K)
      throw new RangeError(
        `indexOfCube: coordinate ${i} must be an integer from 0 to K − 1 = ${grid.K - 1}; got ${shown(k)}.`,
      );
    j += k * stride;
  }
  return j;
}

/**
 * Whether x lies in Ω(K, δ), the strips where some x_i ∈ (k/K − δ, k/K), k = 1..K−1. There the step function g of
 * Theorem 2.1 is between two integers. Points outside [0,1]^d, such as shifted copies x ± δ, are allowed.
 * @throws RangeError unless x has d coordinates, each a number.
 */
export function isTrifling(grid: Grid, x: ArrayLike<number>): boolean {
  checkLength(grid, x, "isTrifling");
  let trifling = false;
  for (let i = 0; i < grid.d; i++) {
    const coordinate = Number(x[i]);
    if (Number.isNaN(coordinate))
      throw new RangeError(`isTrifling: coordinate ${i} must be a number; got ${shown(x[i])}.`);
    // g is 0 left of the first strip and K − 1 right of the last one, also outside of the cube.
    if (alongAxis(grid, coordinate).inside > 0) trifling = true;
  }
  return trifling;
}
