import type { Grid } from "../grid/grid";
import { lookUpModule, pointsInTurn } from "./lookUpModule";
import { blockBytes, type PointBlocks, pointBlocks, type RunBlock } from "./pointBlocks";
import { quickLimit } from "./quickLookUp";
import { compiledFor, startModule } from "./startModule";

/** What lookUpModule exports. It is WebAssembly: loops in JavaScript were measured to take more than twice as long. */
type LookUpFunction = (...block: [...Parameters<RunBlock>, threshold: number, quickLimit: number]) => number;

const compiled = compiledFor(lookUpModule);

/**
 * Looks up many points: writes the table's entries for their cubes to `values`. Returns the indices, in order, of
 * points that are not well inside a cube: in strips, at 1, outside [0,1]^d or NaN. Their values are undefined.
 */
export type LookUp = {
  /** The table, in the memory that the module sees. */
  readonly table: Float64Array;
  readonly run: PointBlocks;
};

/** Copies a table of K^d values into the memory in which the module looks up points. */
export function createLookUp({ d, n, K, delta }: Grid, tabled: Float64Array): LookUp {
  const { BYTES_PER_ELEMENT: each } = tabled;
  // The table stands between two NaN.
  const pointsAt = tabled.byteLength + 2 * each;
  const { buffer, run: lookUp } = startModule<LookUpFunction>(compiled(d, n), pointsAt + blockBytes(d));
  const table = new Float64Array(buffer, each, tabled.length);
  table.set(tabled);
  new Float64Array(buffer, 0, tabled.length + 2).fill(Number.NaN, 0, 1).fill(Number.NaN, tabled.length + 1);
  const threshold = 1 - K * delta;
  const limit = quickLimit(n, threshold);
  const run = pointBlocks(d, buffer, pointsAt, pointsInTurn(d), (points, values, end, notes) =>
    lookUp(points, values, end, notes, threshold, limit),
  );
  return { table, run };
}
