import type { Grid } from "../grid/grid";
import { lookUpModule } from "./lookUpModule";
import { type CompiledModule, compileModule, startModule } from "./startModule";

/** What lookUpModule exports. It is WebAssembly: loops in JavaScript were measured to take about twice as long. */
type LookUpFunction = (points: number, values: number, end: number, K: number, threshold: number) => number;

const modules = new Map<number, CompiledModule>();

/** The module for d coordinates, compiled once. */
function compiled(d: number): CompiledModule {
  let module = modules.get(d);
  if (module === undefined) {
    module = compileModule(lookUpModule(d));
    modules.set(d, module);
  }
  return module;
}

/** Points looked up at a time: they and their values stay in the processor's nearest cache. */
const BLOCK = 4096;

/**
 * Looks up many points: writes the table's entries for their cubes to `values`. Returns the indices, in order, of
 * points that are not well inside a cube: in strips, at 1, outside [0,1]^d or NaN. Their values are undefined.
 */
export type LookUp = {
  /** The table, in the memory that the module sees. */
  readonly table: Float64Array;
  readonly run: (points: Float64Array, values: Float64Array) => number[];
};

/** Copies a table of K^d values into the memory in which the module looks up points. */
export function createLookUp({ d, K, delta }: Grid, tabled: Float64Array): LookUp {
  const { BYTES_PER_ELEMENT: each } = tabled;
  // The table stands between two NaN.
  const pointsAt = tabled.byteLength + 2 * each;
  const valuesAt = pointsAt + each * d * BLOCK;
  const { buffer, run: lookUp } = startModule<LookUpFunction>(compiled(d), valuesAt + each * BLOCK);
  const table = new Float64Array(buffer, each, tabled.length);
  table.set(tabled);
  new Float64Array(buffer, 0, tabled.length + 2).fill(Number.NaN, 0, 1).fill(Number.NaN, tabled.length + 1);
  const block = new Float64Array(buffer, pointsAt, d * BLOCK);
  const found = new Float64Array(buffer, valuesAt, BLOCK);
  const threshold = 1 - K * delta;
  const run = (points: Float64Array, values: Float64Array) => {
    const N = values.length;
    const unusual: number[] = [];
    for (let from = 0; from < N; from += BLOCK) {
      const count = Math.min(BLOCK, N - from);
      block.set(points.subarray(d * from, d * (from + count)));
      // The last turn may see points that are left over from before; their values are not read.
      if (lookUp(pointsAt, valuesAt, valuesAt + each * count, K, threshold) !== 0)
        for (let p = 0; p < count; p++) if (Number.isNaN(found[p])) unusual.push(from + p);
      values.set(count === BLOCK ? found : found.subarray(0, count), from);
    }
    return unusual;
  };
  return { table, run };
}
