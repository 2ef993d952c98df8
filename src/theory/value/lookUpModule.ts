import { type Code, f64, f64x2, i32, i32x4, loopWhile, v128, webAssemblyModule } from "./webAssembly";

/** A float64's bytes; two fill a vector. */
const FLOAT64 = Float64Array.BYTES_PER_ELEMENT;
const PAIR = 2 * FLOAT64;
/** The shift that turns a count of float64 into one of bytes. */
const LOG2_FLOAT64 = Math.log2(FLOAT64);
/** Between 2^52 and 2^53 a float64's low bits are the integer above 2^52. */
const INTEGERS = 2 ** 52;

/** Two float64, one from each address; the second `stride` bytes further on. */
const gather = (first: Code, second: Code, offset = 0, stride = 0) =>
  v128.load64Lane(second, v128.load64Zero(first, offset), 1, offset + stride);

/** The low 32 bits of a vector's first or second float64. */
const low32 = (x: Code, which: 0 | 1) => i32x4.extractLane(x, 2 * which);

/**
 * A WebAssembly module with one function, which looks up points of d coordinates, two at a time. The points are in
 * memory at `points`, row-major; the table is at 0. Its entries for the points' cubes go to `values` … `end`, NaN for
 * a point that is not well inside a cube. The function returns whether there was such a point.
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
      const coordinate = (i: number, first: boolean): Code => [
        ...scaled.set(f64x2.mul(gather(points.get, points.get, FLOAT64 * i, FLOAT64 * d), cubes.get)),
        ...digit.set(f64x2.floor(scaled.get)),
        ...cube.set(first ? digit.get : f64x2.add(f64x2.mul(cube.get, cubes.get), digit.get)),
        ...least.set(first ? scaled.get : f64x2.pmin(least.get, scaled.get)),
        ...most.set(first ? scaled.get : f64x2.pmax(most.get, scaled.get)),
        // pmin and pmax may lose a NaN; comparing every fraction does not.
        ...digit.set(f64x2.le(f64x2.sub(scaled.get, digit.get), limit.get)),
        ...inside.set(first ? digit.get : v128.and(inside.get, digit.get)),
      ];
      const inCube = v128.and(f64x2.ge(least.get, f64x2.splat(f64.const(0))), f64x2.lt(most.get, cubes.get));
      const address = (which: 0 | 1) => i32.shl(low32(cube.get, which), i32.const(LOG2_FLOAT64));
      const pair = [
        ...Array.from({ length: d }, (_, i) => coordinate(d - 1 - i, i === 0)).flat(),
        ...inside.set(v128.and(inside.get, inCube)),
        // The index is in the low bits; for points not inside it is masked to 0, so that no address leaves the table.
        ...cube.set(v128.and(f64x2.add(cube.get, f64x2.splat(f64.const(INTEGERS))), inside.get)),
        ...inside.set(v128.not(inside.get)),
        ...unusual.set(v128.or(unusual.get, inside.get)),
        // All bits set are a NaN; no value of a table is one.
        ...v128.store(values.get, v128.or(gather(address(0), address(1)), inside.get)),
        ...points.set(i32.add(points.get, i32.const(PAIR * d))),
        ...values.set(i32.add(values.get, i32.const(PAIR))),
      ];
      return [
        ...cubes.set(f64x2.splat(K.get)),
        ...limit.set(f64x2.splat(threshold.get)),
        ...loopWhile(pair, i32.ltU(values.get, end.get)),
        ...v128.anyTrue(unusual.get),
      ];
    },
  });
}
