import { add, scale } from "../exact/arithmetic";
import { type Dyadic, dyadic, ONE, ZERO } from "../exact/dyadic";
import { toNumber } from "../exact/float64";
import type { Target } from "../target/target";
import { lazy } from "./approximation";
import { digitWords, extractedBit, extractedBitNearby } from "./extractedBit";
import type { Grid } from "./grid";
import { packKeyParameters } from "./packBits";
import { quantise, type Variant } from "./quantise";
import { inRange } from "./rangeNetwork";
import type { IndexFunction } from "./triflingValue";

/**
 * What the intrinsic parameters of Theorem 2.1 hold, and φ₂ ∘ L ∘ h as a function of the index: at j the level of
 * cube j, between two indices what the extraction network makes of 4^j(1 + 3t)·a_ℓ.
 */
export type KeyCode = IndexFunction & {
  readonly levels: Uint32Array;
  readonly s: Dyadic;
  readonly b: Dyadic;
  readonly a: () => readonly Dyadic[];
  /** The float64 nearest to s·x + b. */
  readonly ranged: (x: Dyadic) => number;
  /** φ on each cube, in the order of ϱ. */
  readonly table: () => Float64Array;
};

/** More than float64 sums of a few dozen terms below 1 can be wrong. */
const MARGIN = 2 ** -40;

/** Samples and quantises f and packs the bits [Theorem 2.1]; evaluators read networks' values from here. */
export function createKeyCode(f: Target, grid: Grid, variant: Variant): KeyCode {
  const { n, J } = grid;
  const { levels, s, b } = quantise(f, grid, variant);
  const offset = variant === "centred" ? dyadic(1n, -n - 1) : ZERO;
  const values = lazy(() => {
    const exact = Array.from({ length: 2 ** n }, (_, q) => add(dyadic(BigInt(q), -n), offset));
    return { exact, float: new Map(exact.map((x) => [x, toNumber(inRange(s, x, b))])) };
  });
  const a = lazy(() => packKeyParameters(levels, n));
  const digits = lazy(() => a().map((value) => value.m << BigInt(value.e + 2 * J)));
  const words = lazy(() => digits().map((each) => digitWords(each, J)));
  /** Where Σ_ℓ 2^−ℓ g̃_ℓ is seen to leave [low, high] from the digits nearby: the end that it leaves by. */
  const leaves = (j: number, t: Dyadic, low: Dyadic, high: Dyadic): Dyadic | undefined => {
    const [bottom, top] = [toNumber(low), toNumber(high)];
    let estimate = toNumber(offset);
    for (let l = 1; l <= n; l++) {
      const bit = extractedBitNearby(words()[l - 1]!, j, t);
      if (bit === undefined) return undefined;
      estimate += bit * 2 ** -l;
      // The bits to come add at most 2^−ℓ.
      if (estimate - MARGIN > top) return high;
      if (estimate + 2 ** -l + MARGIN < bottom) return low;
    }
    return undefined;
  };
  const between = (j: number, t: Dyadic, low?: Dyadic, high?: Dyadic): Dyadic => {
    const end = low && high && leaves(j, t, low, high);
    if (end) return end;
    let sum = offset;
    for (let l = 1; l <= n; l++) {
      const near = extractedBitNearby(words()[l - 1]!, j, t);
      const bit = near === 0 ? ZERO : near === 1 ? ONE : extractedBit(digits()[l - 1]!, J, j, t);
      sum = add(sum, scale(bit, -l));
    }
    return sum;
  };
  return Object.freeze({
    levels,
    s,
    b,
    a,
    atIndex: (j: number) => values().exact[levels[j - 1]!]!,
    between,
    ranged: (x: Dyadic) => values().float.get(x) ?? toNumber(inRange(s, x, b)),
    table: lazy((): Float64Array => {
      const { exact, float } = values();
      const table = new Float64Array(J);
      for (let j = 0; j < J; j++) table[j] = float.get(exact[levels[j]!]!)!;
      return table;
    }),
  });
}
