import { add, scale } from "../exact/arithmetic";
import { type Dyadic, dyadic, ZERO } from "../exact/dyadic";
import { toNumber } from "../exact/float64";
import type { Target } from "../target/target";
import { lazy } from "./approximation";
import { extractedBit } from "./extractedBit";
import type { Grid } from "./grid";
import { packKeyParameters } from "./packBits";
import { quantise, type Variant } from "./quantise";
import { inRange } from "./rangeNetwork";

/** What the intrinsic parameters of Theorem 2.1 hold, and what φ₂ ∘ L ∘ h makes of an index. */
export type KeyCode = {
  readonly levels: Uint32Array;
  readonly s: Dyadic;
  readonly b: Dyadic;
  readonly a: () => readonly Dyadic[];
  /** φ₂(L(h(j))) for an integer j. */
  readonly atIndex: (j: number) => Dyadic;
  /** φ₂(L(h(j + t))) for 0 < t < 1, where the extraction network oscillates. */
  readonly between: (j: number, t: Dyadic) => Dyadic;
  /** The float64 nearest to s·x + b. */
  readonly ranged: (x: Dyadic) => number;
  /** φ on each cube, in the order of ϱ. */
  readonly table: () => Float64Array;
};

/** Samples and quantises f and packs the bits [Theorem 2.1]; evaluators read networks' values from here. */
export function createKeyCode(f: Target, grid: Grid, variant: Variant): KeyCode {
  const { n, J } = grid;
  const { levels, s, b } = quantise(f, grid, variant);
  const offset = variant === "centred" ? dyadic(1n, -n - 1) : ZERO;
  const level = (q: number) => add(dyadic(BigInt(q), -n), offset);
  const ranged = (x: Dyadic) => toNumber(inRange(s, x, b));
  const a = lazy(() => packKeyParameters(levels, n));
  const digits = lazy(() => a().map((value) => value.m << BigInt(value.e + 2 * J)));
  return Object.freeze({
    levels,
    s,
    b,
    a,
    atIndex: (j: number) => level(levels[j - 1]!),
    between: (j: number, t: Dyadic) =>
      digits().reduce((sum, each, i) => add(sum, scale(extractedBit(each, J, j, t), -i - 1)), offset),
    ranged,
    table: lazy((): Float64Array => {
      const values = Float64Array.from({ length: 2 ** n }, (_, q) => ranged(level(q)));
      const table = new Float64Array(J);
      for (let j = 0; j < J; j++) table[j] = values[levels[j]!]!;
      return table;
    }),
  });
}
