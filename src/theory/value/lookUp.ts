import type { Grid } from "../grid/grid";

// TypeScript's library knows WebAssembly only together with a browser's document.
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

/**
 * Looks up points that stand in the memory at `points`, row-major, and writes what the table at 0 holds for their
 * cubes to `values` … `end`, two at a time; NaN for a point that is not well inside a cube. Returns whether there
 * was one. (WebAssembly because JavaScript's own loops were measured to take about twice as long.)
 */
type Kernel = (points: number, values: number, end: number, K: number, threshold: number) => number;

const unsigned = (x: number): number[] => (x < 128 ? [x] : [(x & 127) | 128, ...unsigned(x >>> 7)]);
const signed = (x: number): number[] => (x < 64 ? [x] : [(x & 127) | 128, ...signed(x >> 7)]);
const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
const list = (...items: number[][]) => [...unsigned(items.length), ...items.flat()];
const [I32, F64, V128, FUNCTION] = [0x7f, 0x7c, 0x7b, 0x60];

// An expression is the code that leaves its value on the stack. Names as in WebAssembly, f64x2 where none is said.
const get = (local: number) => [0x20, local];
const set = (local: number, value: number[]) => [...value, 0x21, local];
const i32 = (x: number) => [0x41, ...signed(x)];
const f64 = (x: number) => [0x44, ...new Uint8Array(Float64Array.of(x).buffer)];
const i32Binary = (code: number) => (x: number[], y: number[]) => [...x, ...y, code];
const [i32Add, i32Shl, i32Less] = [i32Binary(0x6a), i32Binary(0x74), i32Binary(0x49)];
const simd = (code: number) => [0xfd, ...unsigned(code)];
const unary = (code: number) => (x: number[]) => [...x, ...simd(code)];
const binary = (code: number) => (x: number[], y: number[]) => [...x, ...y, ...simd(code)];
const [splat, floor, not, anyTrue] = [unary(0x14), unary(0x75), unary(0x4d), unary(0x53)];
const [add, sub, mul, pmin, pmax] = [binary(0xf0), binary(0xf1), binary(0xf2), binary(0xf6), binary(0xf7)];
const [lt, le, ge, and, or] = [binary(0x49), binary(0x4b), binary(0x4c), binary(0x4e), binary(0x50)];
const store = (address: number[], x: number[]) => [...address, ...x, ...simd(0x0b), 3, 0];
/** The float64 at two addresses. */
const gather = (first: number[], second: number[], offset = 0, stride = 0) => [
  ...[...second, ...first, ...simd(0x5d), 3, ...unsigned(offset)],
  ...[...simd(0x57), 3, ...unsigned(offset + stride), 1],
];
/** The low 32 bits of the first or the second. */
const low32 = (x: number[], which: 0 | 1) => [...x, ...simd(0x1b), 2 * which];

/** Kx and its fraction are exact in float64; where Kδ < 2^−53, no fraction exceeds the threshold 1 − Kδ = 1. */
function kernelCode(d: number): number[] {
  const [points, values, end] = [0, 1, 2];
  const [cubes, limit, scaled, digit, cube, least, most, inside, unusual] = [5, 6, 7, 8, 9, 10, 11, 12, 13];
  const coordinate = (i: number, first: boolean) => [
    ...set(scaled, mul(gather(get(points), get(points), 8 * i, 8 * d), get(cubes))),
    ...set(digit, floor(get(scaled))),
    ...set(cube, first ? get(digit) : add(mul(get(cube), get(cubes)), get(digit))),
    ...set(least, first ? get(scaled) : pmin(get(least), get(scaled))),
    ...set(most, first ? get(scaled) : pmax(get(most), get(scaled))),
    // pmin and pmax may lose a NaN; comparing every fraction does not.
    ...set(digit, le(sub(get(scaled), get(digit)), get(limit))),
    ...set(inside, first ? get(digit) : and(get(inside), get(digit))),
  ];
  // Σ_i ⌊Kx_i⌋K^i + 2^52 has the sum in its low bits; outside it is masked, so that no address leaves the table.
  const address = (which: 0 | 1) => i32Shl(low32(get(cube), which), i32(3));
  return [
    ...set(cubes, splat(get(3))),
    ...set(limit, splat(get(4))),
    ...[0x03, 0x40], // loop
    ...Array.from({ length: d }, (_, i) => coordinate(d - 1 - i, i === 0)).flat(),
    ...set(inside, and(get(inside), and(ge(get(least), splat(f64(0))), lt(get(most), get(cubes))))),
    ...set(cube, and(add(get(cube), splat(f64(2 ** 52))), get(inside))),
    ...set(inside, not(get(inside))),
    ...set(unusual, or(get(unusual), get(inside))),
    // All bits set make a NaN, which no value of a table is.
    ...store(get(values), or(gather(address(0), address(1)), get(inside))),
    ...set(points, i32Add(get(points), i32(16 * d))),
    ...set(values, i32Add(get(values), i32(16))),
    ...[...i32Less(get(values), get(end)), 0x0d, 0], // br_if: the next pair
    0x0b, // end
    ...anyTrue(get(unusual)),
    0x0b,
  ];
}

const modules = new Map<number, WebAssembly.Module>();

/** The module whose only function is the kernel for d coordinates. */
function kernelModule(d: number): WebAssembly.Module {
  let module = modules.get(d);
  if (module === undefined) {
    const code = [...list([9, V128]), ...kernelCode(d)];
    module = new WebAssembly.Module(
      Uint8Array.from([
        ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // \0asm, version 1
        ...section(1, list([FUNCTION, ...list([I32], [I32], [I32], [F64], [F64]), ...list([I32])])),
        ...section(2, list([1, 0x6d, 1, 0x6d, 2, 0, 1])), // import m.m, a memory of any size
        ...section(3, list([0])),
        ...section(7, list([1, 0x66, 0, 0])), // export f
        ...section(10, list([...unsigned(code.length), ...code])),
      ]),
    );
    modules.set(d, module);
  }
  return module;
}

/** Points looked up at a time: they and their values stay in the processor's nearest cache. */
const BLOCK = 4096;

/**
 * Looks up many points: writes what the table holds for their cubes to `values` and returns the indices, in order,
 * of points that are not well inside a cube: in strips, at 1, outside [0,1]^d or NaN; those values are undefined.
 */
export type LookUp = {
  /** The table, in the memory that the kernel sees. */
  readonly table: Float64Array;
  readonly run: (points: Float64Array, values: Float64Array) => number[];
};

/** Moves a table of K^d values to where a kernel looks up points. */
export function createLookUp({ d, K, delta }: Grid, tabled: Float64Array): LookUp {
  const pointsAt = tabled.byteLength;
  const valuesAt = pointsAt + 8 * d * BLOCK;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((valuesAt + 8 * BLOCK) / 65_536) });
  const kernel = new WebAssembly.Instance(kernelModule(d), { m: { m: memory } }).exports.f as Kernel;
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
      // Of an odd number of points the last one's neighbour is left over from before; nobody asks for its value.
      if (kernel(pointsAt, valuesAt, valuesAt + 8 * count, K, threshold) !== 0)
        for (let p = 0; p < count; p++) if (Number.isNaN(found[p])) unusual.push(from + p);
      values.set(count === BLOCK ? found : found.subarray(0, count), from);
    }
    return unusual;
  };
  return { table, run };
}
