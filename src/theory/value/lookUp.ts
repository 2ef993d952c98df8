import type { Grid } from "../grid/grid";
import { lookUpModule } from "./lookUpModule";

// TypeScript declares WebAssembly only together with a browser's document.
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Record<string, unknown>;
  }
}

/** What lookUpModule exports. It is WebAssembly: loops in JavaScript were measured to take about twice as long. */
type LookUpFunction = (points: number, values: number, end: number, K: number, threshold: number) => number;

const modules = new Map<number, WebAssembly.Module>();

/** The module for d coordinates, compiled once. */
function compiled(d: number): WebAssembly.Module {
  let module = modules.get(d);
  if (module === undefined) {
    module = new WebAssembly.Module(lookUpModule(d));
    modules.set(d, module);
  }
  return module;
}

/** Bytes of a page, WebAssembly's unit of memory. */
const PAGE = 65_536;
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
  const pointsAt = tabled.byteLength;
  const valuesAt = pointsAt + each * d * BLOCK;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((valuesAt + each * BLOCK) / PAGE) });
  const lookUp = new WebAssembly.Instance(compiled(d), { m: { m: memory } }).exports.f as LookUpFunction;
  const table = new Float64Array(memory.buffer, 0, tabled.length);
  table.set(tabled);
  const block = new Float64Array(memory.buffer, pointsAt, d * BLOCK);
  const found = new Float64Array(memory.buffer, valuesAt, BLOCK);
  const threshold = 1 - K * delta;
  const run = (points: Float64Array, values: Float64Array) => {
    const N = values.length;
    const unusual: number[] = [];
    for (let from = 0; from < N; from += BLOCK) {
      const count = Math.min(BLOCK, N - from);
      block.set(points.subarray(d * from, d * (from + count)));
      // For an odd number of points the last pair has a point left over from before; its value is not read.
      if (lookUp(pointsAt, valuesAt, valuesAt + each * count, K, threshold) !== 0)
        for (let p = 0; p < count; p++) if (Number.isNaN(found[p])) unusual.push(from + p);
      values.set(count === BLOCK ? found : found.subarray(0, count), from);
    }
    return unusual;
  };
  return { table, run };
}
