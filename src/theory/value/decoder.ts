import { lazy } from "../../common/lazy";
import { add, floor, multiply, scale, subtract } from "../exact/arithmetic";
import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";
import { toNumber } from "../exact/toNumber";
import { reach, type Walk } from "../grid/walk";
import { digitWords, extractedBit, extractedSumNearby } from "../network/extractedBit";
import { packKeyParameters } from "../network/packKeyParameters";
import { inRange } from "../network/rangeNetwork";
import type { CubeEncoding } from "./encoding";

/** low ≤ value ≤ high; both are one object if the value is known. */
export type Enclosure = { readonly low: Dyadic; readonly high: Dyadic };

/** A function of the index ϱ ∈ [1, J], at j + t for 0 ≤ t < 1. */
export type IndexFunction = (j: number, t: Dyadic) => Enclosure;

/** What φ's networks read from its intrinsic parameters at an index, in closed form, and what φ_{f,R} makes of it. */
export type Decoder = {
  /** The value at j + t, before medians and φ_{f,R}; at t = 0 that of cube j. */
  readonly exactly: IndexFunction;
  /** As `exactly`, or an enclosure that takes less time and is nearly always tighter than float64 can tell. */
  readonly nearby: IndexFunction;
  /** The float64 nearest to φ_{f,R}(x). */
  readonly ranged: (x: Dyadic) => number;
  /** The float64 nearest to φ on cube j. */
  readonly onCube: (j: number) => number;
  /** φ on each cube, in the order of ϱ. */
  readonly table: () => Float64Array;
};

const known = (value: Dyadic): Enclosure => ({ low: value, high: value });

/**
 * Reads the quantised target of Theorems 2.1 to 2.3. Between two indices the extraction network is applied to
 * 4^j(1 + 3t)·a_ℓ, but the bit reader of Theorem 2.3 interpolates: value(j) + t·(value(j+1) − value(j)).
 */
function levelDecoder(
  { construction, grid: { n, J }, variant, quantised }: Exclude<CubeEncoding, { construction: "delta" }>,
  a: () => readonly Dyadic[],
): Decoder {
  const { levels, s, b } = quantised;
  const offset = variant === "centred" ? dyadic(1n, -n - 1) : ZERO;
  // One object for each level: it is the key to the level's float64.
  const values = new Map<number, Enclosure>();
  const floats = new Map<Dyadic, number>();
  const level = (j: number) => {
    const each = levels[j - 1];
    let value = values.get(each);
    if (value === undefined) {
      value = known(add(dyadic(BigInt(each), -n), offset));
      values.set(each, value);
      floats.set(value.low, toNumber(inRange(s, value.low, b)));
    }
    return value;
  };
  const ranged = (x: Dyadic) => floats.get(x) ?? toNumber(inRange(s, x, b));
  const onCube = (j: number) => ranged(level(j).low);
  const table = () => {
    const tabled = new Float64Array(2 ** n).fill(NaN);
    const all = new Float64Array(J);
    for (let j = 0; j < J; j++) {
      const each = levels[j];
      if (Number.isNaN(tabled[each])) tabled[each] = onCube(j + 1);
      all[j] = tabled[each];
    }
    return all;
  };
  if (construction === "threeParameters") {
    const interpolated = (j: number, t: Dyadic): Enclosure => {
      const from = level(j);
      if (t.m === 0n) return from;
      return known(add(from.low, multiply(t, subtract(level(j + 1).low, from.low))));
    };
    return Object.freeze({ exactly: interpolated, nearby: interpolated, ranged, onCube, table });
  }
  const digits = lazy(() => a().map((value) => value.m << BigInt(value.e + 2 * J)));
  const words = lazy(() => digits().map((each) => digitWords(each, J)));
  const exactly = (j: number, t: Dyadic): Enclosure => {
    if (t.m === 0n) return level(j);
    return known(
      digits().reduce((total, each, l) => add(total, scale(extractedBit(each, J, j, t), -l - 1)), offset),
    );
  };
  const nearby = (j: number, t: Dyadic): Enclosure => {
    if (t.m === 0n) return level(j);
    const sum = extractedSumNearby(words(), j, t);
    if (sum === undefined) return exactly(j, t);
    const low = add(dyadic(sum.low, -sum.places), offset);
    return { low, high: sum.low === sum.high ? low : add(dyadic(sum.high, -sum.places), offset) };
  };
  return Object.freeze({ exactly, nearby, ranged, onCube, table });
}

/** Reads a walk: Σ_{m<k} (2u_m − 1) at the serpentine's position k, which is interpolated between two indices. */
function walkDecoder(J: number, walk: Walk): Decoder {
  const { bits, sums, positions } = walk;
  const sumAt = (k: number) => dyadic(BigInt(sums[k - 1]));
  const exactly = (j: number, t: Dyadic): Enclosure => {
    const k = positions[j - 1];
    if (t.m === 0n) return known(sumAt(k));
    const position = add(dyadic(BigInt(k)), multiply(t, dyadic(BigInt(positions[j] - k))));
    const whole = Number(floor(position));
    const rest = subtract(position, dyadic(BigInt(whole)));
    if (rest.m === 0n) return known(sumAt(whole));
    return known(bits[whole - 1] === 1 ? add(sumAt(whole), rest) : subtract(sumAt(whole), rest));
  };
  const ranged = (x: Dyadic) => toNumber(reach(walk, x));
  const floats = new Map<number, number>();
  const onCube = (j: number) => {
    const steps = sums[positions[j - 1] - 1];
    let value = floats.get(steps);
    if (value === undefined) {
      value = ranged(dyadic(BigInt(steps)));
      floats.set(steps, value);
    }
    return value;
  };
  const table = () => Float64Array.from({ length: J }, (_, j) => onCube(j + 1));
  return Object.freeze({ exactly, nearby: exactly, ranged, onCube, table });
}

/** The decoder of an encoding; `a` gives the key parameters a₁ … a_n of Theorem 2.1, if they are at hand. */
export function createDecoder(encoding: CubeEncoding, a?: () => readonly Dyadic[]): Decoder {
  const { grid } = encoding;
  if (encoding.construction === "delta") return walkDecoder(grid.J, encoding.walk);
  const { levels } = encoding.quantised;
  return levelDecoder(encoding, a ?? lazy(() => packKeyParameters(levels, grid.n)));
}
