import { type Code, i32, type Local, loopWhile, v128, when } from "./webAssembly";

/** Points that go to a module at a time: they and their values stay in the processor's nearest caches. */
const BLOCK = 4096;
const { BYTES_PER_ELEMENT: FLOAT64 } = Float64Array;
const { BYTES_PER_ELEMENT: INT32 } = Int32Array;

/** Bytes that the blocks of points of d coordinates, of their values, and of notes take. */
export const blockBytes = (d: number) => (FLOAT64 * (d + 1) + INT32) * BLOCK;

/**
 * Writes the values of N points (N×d, row-major) by a module whose function takes some points in each turn of a loop.
 * It reads them at `points` and writes their values, NaN for points that it leaves to others, to `values` … `end`, and up
 * to a turn further. For each turn with such a NaN it notes, from `notes` on, the address of the turn's first value; it
 * returns the end of its notes. Returns the indices of the points that it left, in order.
 */
export type PointBlocks = (points: Float64Array, values: Float64Array) => number[];

/** What a module's function is called with, all addresses; it returns one. */
export type RunBlock = (points: number, values: number, end: number, notes: number) => number;

/** The parameters of a module's function. */
export const BLOCK_PARAMETERS = { points: "i32", values: "i32", end: "i32", notes: "i32" } as const;

/** Notes the turn if any bit of the vector is set. */
export const noteTurn = (left: Code, { values, notes }: Readonly<Record<"values" | "notes", Local>>): Code =>
  when(v128.anyTrue(left), [
    ...i32.store(notes.get, values.get),
    ...notes.set(i32.add(notes.get, i32.const(INT32))),
  ]);

/** The body of a module's function: turns over some points of d coordinates each, and the end of its notes. */
export const inTurns = (
  d: number,
  pointsInTurn: number,
  { points, values, end, notes }: Readonly<Record<string, Local>>,
  turn: Code,
): Code => [
  ...loopWhile(
    [
      ...turn,
      ...points.set(i32.add(points.get, i32.const(pointsInTurn * FLOAT64 * d))),
      ...values.set(i32.add(values.get, i32.const(pointsInTurn * FLOAT64))),
    ],
    i32.ltU(values.get, end.get),
  ),
  ...notes.get,
];

/** The blocks at `address`, with blockBytes behind it, of a module's memory. */
export function pointBlocks(
  d: number,
  buffer: ArrayBuffer,
  address: number,
  pointsInTurn: number,
  call: RunBlock,
): PointBlocks {
  const valuesAt = address + FLOAT64 * d * BLOCK;
  const notesAt = valuesAt + FLOAT64 * BLOCK;
  const block = new Float64Array(buffer, address, d * BLOCK);
  const found = new Float64Array(buffer, valuesAt, BLOCK);
  const notes = new Int32Array(buffer, notesAt, BLOCK);
  return (points, values) => {
    const N = values.length;
    const left: number[] = [];
    for (let from = 0; from < N; from += BLOCK) {
      const count = Math.min(BLOCK, N - from);
      block.set(points.subarray(d * from, d * (from + count)));
      // The last turn may see points that are left over from before; their values are not read.
      const noted = (call(address, valuesAt, valuesAt + FLOAT64 * count, notesAt) - notesAt) / INT32;
      for (let turn = 0; turn < noted; turn++) {
        const first = (notes[turn] - valuesAt) / FLOAT64;
        const last = Math.min(first + pointsInTurn, count);
        for (let p = first; p < last; p++) if (Number.isNaN(found[p])) left.push(from + p);
      }
      values.set(count === BLOCK ? found : found.subarray(0, count), from);
    }
    return left;
  };
}
