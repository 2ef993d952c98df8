import { lazy } from "../../common/lazy";
import { add, scale } from "../exact/arithmetic";
import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";
import { toNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import type { Quantised, Variant } from "../grid/quantise";
import { digitWords, extractedBit, extractedSumNearby } from "../network/extractedBit";
import { inRange } from "../network/rangeNetwork";
import type { Enclosure, IndexFunction } from "./medianValue";

/**
 * What the intrinsic parameters of Theorem 2.1 hold, and φ₂ ∘ L ∘ h as a function of the index: at j the level of
 * cube j, between two indices what the extraction network makes of 4^j(1 + 3t)·a_ℓ.
 */
export type KeyCode = {
  /** The level of cube j, one object for each level. */
  readonly level: (j: number) => Enclosure;
  readonly exactly: IndexFunction;
  /** As exactly, but an enclosure, tighter than float64 can tell nearly always, from the digits nearby. */
  readonly nearby: IndexFunction;
  /** The float64 nearest to s·x + b. */
  readonly ranged: (x: Dyadic) => number;
  /** φ on each cube, in the order of ϱ. */
  readonly table: () => Float64Array;
};

/** Reads networks' values from the quantised target, and from its key parameters a₁ … a_n [Theorem 2.1]. */
export function createKeyCode(
  { levels, s, b }: Quantised,
  { n, J }: Grid,
  variant: Variant,
  a: () => readonly Dyadic[],
): KeyCode {
  const offset = variant === "centred" ? dyadic(1n, -n - 1) : ZERO;
  const values = new Map<number, Enclosure>();
  const floats = new Map<Dyadic, number>();
  const level = (j: number) => {
    const each = levels[j - 1];
    let value = values.get(each);
    if (value === undefined) {
      const low = add(dyadic(BigInt(each), -n), offset);
      value = { low, high: low };
      values.set(each, value);
      floats.set(low, toNumber(inRange(s, low, b)));
    }
    return value;
  };
  const ranged = (x: Dyadic) => floats.get(x) ?? toNumber(inRange(s, x, b));
  const digits = lazy(() => a().map((value) => value.m << BigInt(value.e + 2 * J)));
  const words = lazy(() => digits().map((each) => digitWords(each, J)));
  const exactly = (j: number, t: Dyadic): Enclosure => {
    if (t.m === 0n) return level(j);
    const sum = digits().reduce(
      (total, each, l) => add(total, scale(extractedBit(each, J, j, t), -l - 1)),
      offset,
    );
    return { low: sum, high: sum };
  };
  const nearby = (j: number, t: Dyadic): Enclosure => {
    if (t.m === 0n) return level(j);
    const sum = extractedSumNearby(words(), j, t);
    if (sum === undefined) return exactly(j, t);
    const low = add(dyadic(sum.low, -sum.places), offset);
    return { low, high: sum.low === sum.high ? low : add(dyadic(sum.high, -sum.places), offset) };
  };
  const table = () => {
    const tabled = new Float64Array(2 ** n).fill(NaN);
    const all = new Float64Array(J);
    for (let j = 0; j < J; j++) {
      const each = levels[j];
      if (Number.isNaN(tabled[each])) tabled[each] = ranged(level(j + 1).low);
      all[j] = tabled[each];
    }
    return all;
  };
  return Object.freeze({ level, exactly, nearby, ranged, table });
}
