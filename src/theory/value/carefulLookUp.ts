import { type Code, f64, f64x2, gather, type Local, low32, v128 } from "./webAssembly";

const FLOAT64 = Float64Array.BYTES_PER_ELEMENT;
/**
 * Between 2^49 and 2^50 a float64's low 32 bits are eight times what it has above 2^49. The table begins at 8, so those
 * of an index plus ADDRESSES are the address of the index's entry.
 */
const ADDRESSES = 2 ** 49 + 1;

/** The vectors of carefulLookUp. */
export const CAREFUL_VECTORS = [
  ...["cubes", "limit"], // K and the threshold, twice
  ...["scaled", "digit", "cube"], // Kx_i, ⌊Kx_i⌋ and Σ_i ⌊Kx_i⌋K^i
  ...["least", "most"], // of Kx_i
  ...["inside", "unusual"], // whether all fractions are small, whether any point is not well inside
] as const;

/**
 * The code of lookUpModule that looks up the two points of d coordinates whose values are at `values` + `at`: NaN for a
 * point that is not well inside a cube, and then a lane of `unusual` is set. Kx and its fraction are exact in float64;
 * where Kδ < 2^−53, no fraction exceeds the threshold 1 − Kδ = 1.
 */
export function carefulLookUp(d: number, local: Readonly<Record<string, Local>>): (at: number) => Code {
  const { points, values, cubes, limit, scaled, digit, cube, least, most, inside, unusual } = local;
  const twice = (x: number) => f64x2.splat(f64.const(x));
  const isSmall = f64x2.le(f64x2.sub(scaled.get, digit.get), limit.get);
  const addressed = f64x2.add(cube.get, twice(ADDRESSES));
  const entries = gather(low32(cube.get, 0), low32(cube.get, 1));

  /** On the line no mask is needed: whatever is outside, and NaN, is moved to the cubes before and after. */
  const onLine = (at: number): Code => [
    ...scaled.set(f64x2.mul(v128.load(points.get, at), cubes.get)),
    ...scaled.set(f64x2.pmax(twice(-1), f64x2.pmin(cubes.get, scaled.get))),
    ...digit.set(f64x2.floor(scaled.get)),
    ...cube.set(digit.get),
    ...cube.set(v128.and(addressed, isSmall)),
    ...scaled.set(entries),
    ...unusual.set(v128.or(unusual.get, f64x2.ne(scaled.get, scaled.get))),
    ...v128.store(values.get, scaled.get, at),
  ];

  const coordinate = (i: number, at: number): Code => {
    const isFirst = i === d - 1;
    const x = gather(points.get, points.get, d * at + FLOAT64 * i, FLOAT64 * d);
    return [
      ...scaled.set(f64x2.mul(x, cubes.get)),
      ...digit.set(f64x2.floor(scaled.get)),
      ...cube.set(isFirst ? digit.get : f64x2.add(f64x2.mul(cube.get, cubes.get), digit.get)),
      ...least.set(isFirst ? scaled.get : f64x2.pmin(least.get, scaled.get)),
      ...most.set(isFirst ? scaled.get : f64x2.pmax(most.get, scaled.get)),
      // pmin and pmax may lose a NaN; comparing every fraction does not.
      ...inside.set(isFirst ? isSmall : v128.and(inside.get, isSmall)),
    ];
  };
  const inCube = v128.and(f64x2.ge(least.get, twice(0)), f64x2.lt(most.get, cubes.get));
  const inSpace = (at: number): Code => [
    ...Array.from({ length: d }, (_, i) => coordinate(d - 1 - i, at)).flat(),
    ...inside.set(v128.and(inside.get, inCube)),
    ...unusual.set(v128.or(unusual.get, v128.not(inside.get))),
    // Points not inside are sent to address 0, so that none leaves the table.
    ...cube.set(v128.and(addressed, inside.get)),
    ...v128.store(values.get, entries, at),
  ];
  return d === 1 ? onLine : inSpace;
}
