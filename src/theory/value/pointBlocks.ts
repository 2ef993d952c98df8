/** Points that go to a module at a time: they and their values stay in the processor's nearest caches. */
const BLOCK = 4096;
const { BYTES_PER_ELEMENT: FLOAT64 } = Float64Array;

/** Bytes that the blocks of points of d coordinates, and of their values, take. */
export const blockBytes = (d: number) => FLOAT64 * (d + 1) * BLOCK;

/**
 * Writes the values of N points (N×d, row-major) by a module that reads points at `points` and writes values at `values`
 * … `end`, and up to a few places further; it returns whether one of them is NaN. Returns the indices of these points.
 */
export type PointBlocks = (points: Float64Array, values: Float64Array) => number[];

/** The blocks at `address`, with blockBytes behind it, of a module's memory. */
export function pointBlocks(
  d: number,
  buffer: ArrayBuffer,
  address: number,
  call: (points: number, values: number, end: number) => number,
): PointBlocks {
  const valuesAt = address + FLOAT64 * d * BLOCK;
  const block = new Float64Array(buffer, address, d * BLOCK);
  const found = new Float64Array(buffer, valuesAt, BLOCK);
  return (points, values) => {
    const N = values.length;
    const unusual: number[] = [];
    for (let from = 0; from < N; from += BLOCK) {
      const count = Math.min(BLOCK, N - from);
      block.set(points.subarray(d * from, d * (from + count)));
      // The last turn may see points that are left over from before; their values are not read.
      if (call(address, valuesAt, valuesAt + FLOAT64 * count) !== 0)
        for (let p = 0; p < count; p++) if (Number.isNaN(found[p])) unusual.push(from + p);
      values.set(count === BLOCK ? found : found.subarray(0, count), from);
    }
    return unusual;
  };
}
