import { scale } from "../exact/arithmetic";
import { dyadic } from "../exact/dyadic";
import { toNumber } from "../exact/toNumber";
import { alongAxis } from "../grid/grid";
import { inRange } from "../network/rangeNetwork";
import { affineRounding } from "./affineRounding";
import type { CubeEncoding } from "./encoding";

/** Bits of a limb; half as many digits 0 or 1 to base 4. */
const [LIMB, DIGITS] = [26, 13];
/** 2^26 and its inverse. */
const [RADIX, UNIT] = [2 ** LIMB, 2 ** -LIMB];
/** A strip's share is a multiple of this, or all digits are computed. */
const FINEST = 2 ** (-2 * LIMB);
/** More than the error of a bit. */
const CERTAIN = 2 ** -70;
/** Bits of a word of a row of bits, and zeros before and after a row: the limbs around an index reach so far. */
const [WORD, MARGIN] = [32, 64];

/** SPREAD[bits] = the number whose digits to base 4 are these 13 bits. */
function spreadTable(): Float64Array {
  const spread = new Float64Array(2 ** DIGITS);
  for (let bits = 1; bits < spread.length; bits++) spread[bits] = 4 * spread[bits >> 1] + (bits & 1);
  return spread;
}

/** The bits at one position of the levels, 32 to a word, the first bit highest. */
function bitRow(levels: Uint32Array, position: number): Uint32Array {
  const row = new Uint32Array(Math.ceil((levels.length + 2 * MARGIN) / WORD) + 1);
  for (let j = 0; j < levels.length; j++) {
    const at = j + MARGIN;
    row[at >>> 5] |= ((levels[j] >>> position) & 1) << (31 - (at & 31));
  }
  return row;
}

/** 13 bits of a row, from the one at `start` on. */
function thirteen(row: Uint32Array, start: number): number {
  const word = start >>> 5;
  const shift = start & 31;
  const bits = shift === 0 ? row[word] : (row[word] << shift) | (row[word + 1] >>> (WORD - shift));
  return bits >>> (WORD - DIGITS);
}

/**
 * Theorem 2.1 at a point of the trifling region in float64: the value nearest to φ there, or NaN where rounding is in
 * doubt (then closedForm computes all digits). Undefined if s and b are too large or small for that.
 *
 * Between the indices j and j + 1 the extraction network sees y = 4^j(1 + 3t)·a_ℓ, of which y mod 2 counts. With a_ℓ in
 * limbs V_g·2^{−26g} around its digit j and t = T₁·2^−26 + T₀·2^−52, each column of the product 3V_g·T is exact: V_g has
 * digits 0 and 1 to base 4, so 3V_g < 2^26. Columns below 2^−104 are left out, less than 2^−76 together [ours].
 */
export function quickStrips(
  encoding: CubeEncoding,
): ((points: Float64Array, p: number) => number) | undefined {
  if (encoding.construction !== "lp") return undefined;
  const { grid, variant, quantised } = encoding;
  const { d, n, K } = grid;
  const { levels, s, b } = quantised;
  // A bit is off by less than 2·2^−75, and adding up n of them costs less than 2^−75 each. As after 8 dimensions of
  // interpolation 33·2^−75 of s are allowed for.
  const rounded = affineRounding(scale(s, -n), b, 2 ** n, 8);
  if (rounded === undefined) return undefined;
  const spread = spreadTable();
  const rows = Array.from({ length: n }, (_, l) => bitRow(levels, n - 1 - l));
  const offset = variant === "centred" ? 0.5 : 0;
  const known = new Map<number, number>();
  /** Where all bits are 0 or 1, φ has the value of a level, often a short number or 0: its rounding is never in doubt. */
  const onLevel = (level: number): number => {
    let value = known.get(level);
    if (value === undefined) {
      value = toNumber(inRange(s, dyadic(BigInt(2 * (level + offset)), -n - 1), b));
      known.set(level, value);
    }
    return value;
  };
  return (points, p) => {
    // The index is j + t.
    let j = 0;
    let t = 0;
    for (let i = 0, stride = 1; i < d; i++, stride *= K) {
      const { k, inside } = alongAxis(grid, points[p * d + i]);
      const step = inside * stride;
      const whole = Math.floor(step);
      j += k * stride + whole;
      t += step - whole;
      if (t >= 1) {
        t -= 1;
        j++;
      }
    }
    const scaled = t / FINEST;
    if (!Number.isInteger(scaled)) return Number.NaN;
    const T1 = Math.floor(scaled * UNIT);
    const T0 = scaled - T1 * RADIX;
    // The limb V₀ ends with the digit of index j, which counts from 0 here.
    const start = j + MARGIN - (DIGITS - 1);
    let whole = offset;
    let low = 0;
    let between = false;
    let weight = 2 ** n;
    for (let l = 0; l < n; l++) {
      const row = rows[l];
      const before2 = 3 * spread[thirteen(row, start - 2 * DIGITS)];
      const before1 = 3 * spread[thirteen(row, start - DIGITS)];
      const v0 = spread[thirteen(row, start)];
      const v1 = spread[thirteen(row, start + DIGITS)];
      const v2 = spread[thirteen(row, start + 2 * DIGITS)];
      const v3 = spread[thirteen(row, start + 3 * DIGITS)];
      const c0 = before2 * T0 + before1 * T1 + v0;
      const c1 = before1 * T0 + 3 * v0 * T1 + v1;
      const c2 = 3 * v0 * T0 + 3 * v1 * T1 + v2;
      const c3 = 3 * v1 * T0 + 3 * v2 * T1 + v3;
      const c4 = 3 * v2 * T0 + 3 * v3 * T1;
      const high1 = Math.floor(c1 * UNIT);
      const high2 = Math.floor(c2 * UNIT);
      const middle = c1 - high1 * RADIX + high2;
      const carry = Math.floor(middle * UNIT);
      // A remainder of float64 by % takes longer than all of this.
      const odd = (c0 - 2 * Math.floor(c0 / 2) + high1 + carry) & 1;
      // y mod 2 = near + rest; near is a multiple of 2^−26.
      const near = odd + (middle - carry * RADIX) * UNIT;
      const rest = (c2 - high2 * RADIX + (c3 * UNIT + c4 * UNIT * UNIT)) * FINEST;
      const up = odd === 0;
      const head = up ? 3 * near - 1 : 5 - 3 * near;
      const tail = up ? 3 * rest : -3 * rest;
      weight /= 2;
      if (head - 1 + tail > CERTAIN) whole += weight;
      else if (head + tail >= -CERTAIN) {
        between = true;
        if (head - 1 + tail >= 0) whole += weight;
        else if (head + tail > 0) {
          whole += weight * head;
          low += weight * tail;
        }
      }
    }
    return between ? rounded(whole, low) : onLevel(whole - offset);
  };
}
