import { type Code, f64, f64x2, i32, i32x4, loopWhile, v128, webAssemblyModule } from "./webAssembly";

/** A float64's bytes; two fill a vector. */
const FLOAT64 = Float64Array.BYTES_PER_ELEMENT;
const PAIR = 2 * FLOAT64;
/**
 * Between 2^49 and 2^50 a float64's low bits are eight times the number above 2^49: an address, and here that of the
 * table's entry after the one with this index.
 */
const ADDRESSES = 2 ** 49 + 1;
/** Points that are looked up in one turn of the loop. */
export const AT_A_TIME = 4;

/** Two float64, one from each address; the second `stride` bytes further on. */
const gather = (first: Code, second: Code, offset = 0, stride = 0) =>
  v128.load64Lane(second, v128.load64Zero(first, offset), 1, offset + stride);

/** The low 32 bits of a vector's first or second float64. */
const low32 = (x: Code, which: 0 | 1) => i32x4.extractLane(x, 2 * which);

/**
 * A WebAssembly module with one function, which looks up points of d coordinates, two at a time. The points are in
 * memory at `points`, row-major; the table is at 8, between two NaN. Its entries for the points' cubes go to `values` …
 * `end` and up to AT_A_TIME − 1 places further, NaN for a point that is not well inside a cube. The function returns
 * whether there was such a point.
 *
 * Kx and its fraction are exact in float64; where Kδ < 2^−53, no fraction exceeds the threshold 1 − Kδ = 1.
 */
export function lookUpModule(d: number): Uint8Array {
  return webAssemblyModule({
    parameters: { points: "i32", values: "i32", end: "i32", K: "f64", threshold: "f64" },
    locals: {
      ...{ cubes: "v128", limit: "v128" }, // K and the threshold, twice
      ...{ scaled: "v128", digit: "v128", cube: "v128" }, // Kx_i, ⌊Kx_i⌋ and Σ_i ⌊Kx_i⌋K^i
      ...{ least: "v128", most: "v128" }, // of Kx_i
      ...{ inside: "v128", unusual: "v128" }, // whether all fractions are small, whether any point is outside
    },
    result: "i32",
    body: ({ points, values, end, K, threshold, ...vectors }) => {
      const { cubes, limit, scaled, digit, cube, least, most, inside, unusual } = vectors;
      const twice = (x: number) => f64x2.splat(f64.const(x));
      const isSmall = f64x2.le(f64x2.sub(scaled.get, digit.get), limit.get);
      const address = (which: 0 | 1) => low32(cube.get, which);
      const addressed = f64x2.add(cube.get, twice(ADDRESSES));

      /** On the line no mask is needed: whatever is outside, and NaN, is moved to the cubes before and after. */
      const onLine = (at: number): Code => [
        ...scaled.set(f64x2.mul(v128.load(points.get, at), cubes.get)),
        ...scaled.set(f64x2.pmax(twice(-1), f64x2.pmin(cubes.get, scaled.get))),
        ...digit.set(f64x2.floor(scaled.get)),
        ...cube.set(digit.get),
        ...cube.set(v128.and(addressed, isSmall)),
        ...scaled.set(gather(address(0), address(1))),
        ...unusual.set(v128.or(unusual.get, f64x2.ne(scaled.get, scaled.get))),
        ...v128.store(values.get, scaled.get, at),
      ];

      const coordinate = (i: number, at: number): Code => {
        const first = i === d - 1;
        return [
          ...scaled.set(
            f64x2.mul(gather(points.get, points.get, d * at + FLOAT64 * i, FLOAT64 * d), cubes.get),
          ),
          ...digit.set(f64x2.floor(scaled.get)),
          ...cube.set(first ? digit.get : f64x2.add(f64x2.mul(cube.get, cubes.get), digit.get)),
          ...least.set(first ? scaled.get : f64x2.pmin(least.get, scaled.get)),
          ...most.set(first ? scaled.get : f64x2.pmax(most.get, scaled.get)),
          // pmin and pmax may lose a NaN; comparing every fraction does not.
          ...inside.set(first ? isSmall : v128.and(inside.get, isSmall)),
        ];
      };
      const inCube = v128.and(f64x2.ge(least.get, twice(0)), f64x2.lt(most.get, cubes.get));
      const inSpace = (at: number): Code => [
        ...Array.from({ length: d }, (_, i) => coordinate(d - 1 - i, at)).flat(),
        ...inside.set(v128.and(inside.get, inCube)),
        ...unusual.set(v128.or(unusual.get, v128.not(inside.get))),
        // Points not inside are sent to address 0, so that none leaves the table.
        ...cube.set(v128.and(addressed, inside.get)),
        ...v128.store(values.get, gather(address(0), address(1)), at),
      ];

      const offsets = Array.from({ length: AT_A_TIME / 2 }, (_, k) => k * PAIR);
      return [
        ...cubes.set(f64x2.splat(K.get)),
        ...limit.set(f64x2.splat(threshold.get)),
        ...loopWhile(
          [
            ...offsets.flatMap(d === 1 ? onLine : inSpace),
            ...points.set(i32.add(points.get, i32.const(AT_A_TIME * FLOAT64 * d))),
            ...values.set(i32.add(values.get, i32.const(AT_A_TIME * FLOAT64))),
          ],
          i32.ltU(values.get, end.get),
        ),
        ...v128.anyTrue(unusual.get),
      ];
    },
  });
}
