import { add, scale } from "../exact/arithmetic";
import { type Dyadic, dyadic } from "../exact/dyadic";
import { fromNumber, toNumber } from "../exact/toNumber";
import type { Grid } from "../grid/grid";
import type { Quantised, Variant } from "../grid/quantise";
import { reach, type Walk } from "../grid/walk";
import { inRange } from "../network/rangeNetwork";
import { type AffineRounding, affineParts, affineRounding, TO_26_PLACES } from "./affineRounding";
import type { CubeEncoding } from "./encoding";
import { createExtraction } from "./extraction";
import { FOUND, MARGIN } from "./extractionModule";
import type { Place } from "./placeFinder";

/** The float64 nearest to φ at a place in strips, or NaN where its rounding is in doubt. */
export type QuickStrips = (place: Place) => number;

/** t is a multiple of 2^−52, or all digits are computed. */
const FINENESS = 2 ** 52;
/** Integers beyond every sum of bits. */
const [LEAST, MOST] = [-(2 ** 60), 2 ** 60];
/**
 * What affineParts allows after 8 dimensions, 16 roundings of numbers of up to 2^−23 of the largest, is more than
 * the extraction's second number may lose: n + 2 ≤ 26 times 2^−79 of the largest.
 */
const ALLOWANCE = 8;

/** The value of each integer from `least` to `most`, rounded from the exact one when first asked for. */
function remembered(least: number, most: number, exactly: (integer: number) => number) {
  const known = new Float64Array(most - least + 1).fill(Number.NaN);
  return (integer: number): number => {
    const value = known[integer - least];
    if (!Number.isNaN(value)) return value;
    known[integer - least] = exactly(integer);
    return known[integer - least];
  };
}

/** Levels of Theorems 2.1 to 2.3. */
type Levels = { readonly grid: Grid; readonly variant: Variant; readonly quantised: Quantised };

/** How levels, and sums of two numbers between levels, become values of φ. */
type LevelRounding = {
  readonly onLevel: (level: number) => number;
  readonly between: (whole: number, low: number) => number;
};

/** Where the sum of two numbers is exact, its value is known where rounding is in doubt, too. */
const orExactly =
  (rounded: AffineRounding, exactly: (x: Dyadic) => Dyadic): AffineRounding =>
  (whole, low) => {
    const value = rounded(whole, low);
    return Number.isNaN(value) ? toNumber(exactly(add(fromNumber(whole), fromNumber(low)))) : value;
  };

function levelRounding(encoding: Levels, isExact: boolean): LevelRounding | undefined {
  const {
    grid: { n },
    variant,
    quantised: { s, b },
  } = encoding;
  const parts = affineParts(scale(s, -n), b, 2 ** n, ALLOWANCE);
  if (parts === undefined) return undefined;
  const nearly = affineRounding(parts);
  const rounded = isExact ? orExactly(nearly, (level) => inRange(s, scale(level, -n), b)) : nearly;
  const offset = variant === "centred" ? 0.5 : 0;
  return {
    onLevel: remembered(0, 2 ** n, (level) =>
      toNumber(inRange(s, dyadic(BigInt(2 * (level + offset)), -n - 1), b)),
    ),
    between: (whole, low) => rounded(whole + offset, low),
  };
}

/**
 * What stands at j + t, 0 < t < 1, between two indices, or the one of `least` < `most` beyond which it lies; one of
 * FOUND. `found` is an integer, or its two parts: a multiple of 2^−26 and a small number that is right to `margin`.
 */
type Reading = {
  readonly at: (j: number, t: number, least: number, most: number) => number;
  readonly found: Float64Array;
  readonly margin: number;
};

/** The sum that the extraction network finds. */
function sums({ grid, quantised }: Levels): Reading {
  const { at, found } = createExtraction(quantised.levels, grid.n);
  return {
    at: (j, t, least, most) => {
      const T = t * FINENESS;
      return Number.isInteger(T) ? at(j + 1, T, least, most) : FOUND.doubtful;
    },
    found,
    margin: MARGIN,
  };
}

/** What the bit reader of Theorem 2.3 interpolates: exact in two float64. */
function interpolations({ quantised: { levels } }: Levels): Reading {
  const found = new Float64Array(2);
  return {
    at: (j, t, least, most) => {
      if (!Number.isInteger(t * FINENESS)) return FOUND.doubtful;
      const start = levels[j];
      const rise = levels[j + 1] - start;
      const head = t + TO_26_PLACES - TO_26_PLACES;
      const whole = start + head * rise;
      const low = (t - head) * rise;
      found[0] = whole;
      found[1] = low;
      if (rise === 0) found[0] = Math.max(least, Math.min(most, start));
      // The first difference is exact, so the sum's sign is right.
      else if (whole - least + low <= 0) found[0] = least;
      else if (whole - most + low >= 0) found[0] = most;
      else return FOUND.split;
      return FOUND.whole;
    },
    found,
    margin: 0,
  };
}

/** Theorem 2.1. */
function plainStrips(encoding: Levels, { onLevel, between }: LevelRounding): QuickStrips {
  const { levels } = encoding.quantised;
  const { at, found } = sums(encoding);
  return ({ j, t }) => {
    if (t === 0) return onLevel(levels[j]);
    const kind = at(j, t, LEAST, MOST);
    if (kind === FOUND.whole) return onLevel(found[0]);
    return kind === FOUND.split ? between(found[0], found[1]) : Number.NaN;
  };
}

/**
 * The medians of Theorems 2.2 and 2.3 over the strips that contain a point, as closedForm takes them. The median of
 * three numbers cut to an interval is their median cut to it: so what stands between two cubes is asked for only
 * between their values, and its first bits nearly always tell that it lies beyond.
 */
function medianStrips(
  encoding: Levels,
  { onLevel, between }: LevelRounding,
  { at, found: now, margin }: Reading,
): QuickStrips {
  const { grid, quantised } = encoding;
  const { levels } = quantised;
  const top = 2 ** grid.n;

  /** What `along` finds stands in `now`, too. In variables of this function each number would be a new object. */
  const reading = (j: number, t: number, least: number, most: number): number => {
    if (t === 0 || least >= most) {
      now[0] = least >= most ? least : Math.max(least, Math.min(most, levels[j]));
      now[1] = 0;
      return FOUND.whole;
    }
    const kind = at(j, t, least, most);
    if (kind !== FOUND.split) now[1] = 0;
    return kind;
  };

  /** The median over one strip after cube j: what most points need. */
  const alongOne = (j: number, stride: number, step: number, least: number, most: number): number => {
    const before = Math.max(least, Math.min(most, levels[j]));
    const after = Math.max(least, Math.min(most, levels[j + stride]));
    const whole = Math.floor(step);
    return reading(j + whole, step - whole, Math.min(before, after), Math.max(before, after));
  };

  /** A difference of two such values; NaN where its sign is in doubt. */
  const difference = (apart: number, known: boolean) =>
    known || Math.abs(apart) >= margin ? apart : Number.NaN;

  /** The median over the first strips, cut to [least, most]: one of FOUND. */
  const along = (place: Place, strips: number, j: number, t: number, least: number, most: number): number => {
    if (strips === 0) return reading(j, t, least, most);
    const s = strips - 1;
    const stride = place.strides[s];
    if (s === 0 && t === 0) return alongOne(j, stride, place.steps[0], least, most);
    const before = along(place, s, j, t, least, most);
    const beforeWhole = now[0];
    const beforeLow = now[1];
    const after = along(place, s, j + stride, t, least, most);
    const afterWhole = now[0];
    const afterLow = now[1];
    if (before === FOUND.doubtful || after === FOUND.doubtful) return FOUND.doubtful;
    const bothLevels = before === FOUND.whole && after === FOUND.whole;
    const rise = difference(afterWhole - beforeWhole + (afterLow - beforeLow), bothLevels);
    if (rise === 0) return after;
    if (Number.isNaN(rise)) return FOUND.doubtful;
    const rising = rise > 0;
    const lower = rising ? before : after;
    const lowerWhole = rising ? beforeWhole : afterWhole;
    const lowerLow = rising ? beforeLow : afterLow;
    const upper = rising ? after : before;
    const upperWhole = rising ? afterWhole : beforeWhole;
    const upperLow = rising ? afterLow : beforeLow;
    const step = Math.floor(place.steps[s]);
    const share = t + (place.steps[s] - step);
    const over = share >= 1 ? 1 : 0;
    const middle = along(
      place,
      s,
      j + step + over,
      share - over,
      lower === FOUND.whole ? lowerWhole : Math.max(least, Math.floor(lowerWhole) - 1),
      upper === FOUND.whole ? upperWhole : Math.min(most, Math.floor(upperWhole) + 2),
    );
    if (middle === FOUND.doubtful) return middle;
    const isLevel = middle === FOUND.whole;
    const above = difference(now[0] - lowerWhole + (now[1] - lowerLow), isLevel && lower === FOUND.whole);
    const below = difference(upperWhole - now[0] + (upperLow - now[1]), isLevel && upper === FOUND.whole);
    if (above > 0 && below > 0) return middle;
    if (Number.isNaN(above) || Number.isNaN(below)) return FOUND.doubtful;
    now[0] = above > 0 ? upperWhole : lowerWhole;
    now[1] = above > 0 ? upperLow : lowerLow;
    return above > 0 ? upper : lower;
  };

  return (place) => {
    let kind: number;
    // Most points of strips are in one only, and often between two cubes of the same level.
    if (place.strips === 1) {
      const before = levels[place.from];
      const after = levels[place.from + place.strides[0]];
      if (before === after) return onLevel(before);
      const step = Math.floor(place.steps[0]);
      const [least, most] = before < after ? [before, after] : [after, before];
      kind = reading(place.from + step, place.steps[0] - step, least, most);
    } else kind = along(place, place.strips, place.from, 0, 0, top);
    if (kind === FOUND.whole) return onLevel(now[0]);
    return kind === FOUND.split ? between(now[0], now[1]) : Number.NaN;
  };
}

/** The walk of delta modulation, at a position between two: exact in two float64. */
function walkStrips(walk: Walk): QuickStrips | undefined {
  const { bits, sums, positions, eta, w1 } = walk;
  let least = 0;
  let most = 0;
  for (const sum of sums) {
    if (sum < least) least = sum;
    if (sum > most) most = sum;
  }
  const parts = affineParts(eta, w1, Math.max(-least, most) + 1, ALLOWANCE);
  if (parts === undefined) return undefined;
  const rounded = orExactly(affineRounding(parts), (sum) => reach(walk, sum));
  const onSum = remembered(least, most, (sum) => toNumber(reach(walk, dyadic(BigInt(sum)))));
  return ({ j, t }) => {
    const start = positions[j];
    if (t === 0) return onSum(sums[start - 1]);
    if (!Number.isInteger(t * FINENESS)) return Number.NaN;
    const rise = positions[j + 1] - start;
    const head = t + TO_26_PLACES - TO_26_PLACES;
    const step = head * rise;
    const whole = Math.floor(step);
    // A multiple of 2^−52 below 2: exact.
    const over = step - whole + (t - head) * rise;
    const more = Math.floor(over);
    const position = start + whole + more;
    const share = over - more;
    const sum = sums[position - 1];
    if (share === 0) return onSum(sum);
    const signed = bits[position - 1] === 1 ? share : -share;
    const near = signed + TO_26_PLACES - TO_26_PLACES;
    return rounded(sum + near, signed - near);
  };
}

/**
 * φ at places in strips in float64, where its rounding is not in doubt; then closedForm computes all digits. Undefined
 * if s and b (or η and w₁) are too large or small for that.
 */
export function quickStrips(encoding: CubeEncoding): QuickStrips | undefined {
  if (encoding.construction === "delta") return walkStrips(encoding.walk);
  const isInterpolated = encoding.construction === "threeParameters";
  const rounding = levelRounding(encoding, isInterpolated);
  if (rounding === undefined) return undefined;
  if (encoding.construction === "lp") return plainStrips(encoding, rounding);
  const reading = isInterpolated ? interpolations(encoding) : sums(encoding);
  return medianStrips(encoding, rounding, reading);
}
