import { shown } from "../../common/shown";
import { checkLength, checkSize, type Grid } from "./grid";

/** Beyond 2^25 nodes a table of their values no longer fits a laptop's memory comfortably. */
const MAX_NODES = 2 ** 25;

/** The number of nodes, J₊ = (K + 1)^d. */
export const nodeCount = ({ d, K }: Pick<Grid, "d" | "K">): number => (K + 1) ** d;

/**
 * The grid of K^d cubes that touch: δ = 0, no strips. Its nodes are v ∈ {0..K}^d, at v/K.
 * @throws RangeError unless d and n are positive integers with d·n ≤ 24 and (2^n + 1)^d ≤ 2^25.
 */
export function createLattice(d: number, n: number): Grid {
  if (!Number.isInteger(d) || d < 1)
    throw new RangeError(`d must be a positive integer (coordinates of a point); got ${shown(d)}.`);
  checkSize(d, n);
  const K = 2 ** n;
  const nodes = nodeCount({ d, K });
  if (nodes > MAX_NODES)
    throw new RangeError(
      `There may be at most 2^25 nodes, (2^n + 1)^d; got ${shown(nodes)}; choose a smaller n or fewer dimensions.`,
    );
  return Object.freeze({ d, n, K, J: 2 ** (d * n), q: Infinity, delta: 0 });
}

/**
 * v ∈ {0..K}^d of the node with index j = 1 + Σ_i v_i (K+1)^{i−1}.
 * @throws RangeError unless j is an integer from 1 to (K+1)^d.
 */
export function nodeOfIndex(grid: Grid, j: number): number[] {
  const nodes = nodeCount(grid);
  if (!Number.isInteger(j) || j < 1 || j > nodes)
    throw new RangeError(`nodeOfIndex: j must be an integer from 1 to (K+1)^d = ${nodes}; got ${shown(j)}.`);
  const v: number[] = [];
  for (let i = 0, rest = j - 1; i < grid.d; i++, rest = Math.floor(rest / (grid.K + 1)))
    v.push(rest % (grid.K + 1));
  return v;
}

/** @throws RangeError unless v holds d integers from 0 to K. */
export function checkNode(grid: Grid, v: ArrayLike<number>, caller: string): void {
  checkLength(grid, v, caller);
  for (let i = 0; i < grid.d; i++)
    if (!Number.isInteger(v[i]) || v[i] < 0 || v[i] > grid.K)
      throw new RangeError(
        `${caller}: coordinate ${i} must be an integer from 0 to K = ${grid.K}; got ${shown(v[i])}.`,
      );
}
