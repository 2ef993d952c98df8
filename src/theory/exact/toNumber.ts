import { shown } from "../../common/shown";
import { bitLength } from "./bitLength";
import { type Dyadic, dyadic, ZERO } from "./dyadic";

/** A finite float64 has DIGITS binary digits, is a multiple of 2^LOWEST, and is smaller than 2^HIGHEST. */
const [DIGITS, LOWEST, HIGHEST] = [53, -1074, 1024];
/** Its bits: 52 of the fraction, 11 of the exponent above them. A normal number has one more digit, a 1. */
const [FRACTION, EXPONENT] = [52n, 0x7ffn];
const LEADING = 1n << FRACTION;
const LARGEST_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const view = new DataView(new ArrayBuffer(8));

/**
 * The dyadic number equal to a float64, without rounding.
 * @throws RangeError for NaN and the infinities, TypeError for anything but a number.
 */
export function fromNumber(x: number): Dyadic {
  if (typeof x !== "number") throw new TypeError(`fromNumber expects a number; got ${shown(x)}.`);
  if (!Number.isFinite(x)) throw new RangeError(`fromNumber expects a finite number; got ${shown(x)}.`);
  if (x === 0) return ZERO;
  if (Number.isSafeInteger(x)) return dyadic(BigInt(x));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> FRACTION) & EXPONENT);
  const fraction = bits & (LEADING - 1n);
  const m = exponent === 0 ? fraction : fraction | LEADING;
  return dyadic(x < 0 ? -m : m, Math.max(exponent, 1) - 1 + LOWEST);
}

/** ⌊m·2^−shift⌋, shift > 0, its last bit set (sticky) if digits were lost: later rounding to fewer bits stays right. */
function shiftSticky(m: bigint, shift: number): bigint {
  const top = m >> BigInt(shift);
  return top << BigInt(shift) === m ? top : top | 1n;
}

/** The float64 nearest to x, ties to even, gradual underflow, ±Infinity from 2^1024 − 2^970 on. */
export function toNumber(x: Dyadic): number {
  if (x.e === 0 && x.m <= LARGEST_SAFE && x.m >= -LARGEST_SAFE) return Number(x.m);
  const length = bitLength(x.m);
  const top = length + x.e; // 2^(top−1) ≤ |x| < 2^top
  if (top > HIGHEST) return x.m < 0n ? -Infinity : Infinity;
  if (top < LOWEST) return x.m < 0n ? -0 : 0;
  // Below the normal range fewer bits are kept; the last kept bit weighs 2^−1074.
  const kept = Math.min(DIGITS, top - LOWEST);
  const shift = length - kept - 2; // two more bits: one to round by, one sticky
  const magnitude = x.m < 0n ? -x.m : x.m;
  const integer = shift > 0 ? shiftSticky(magnitude, shift) : magnitude << BigInt(-shift);
  const quarter = integer & 3n;
  let rounded = integer >> 2n;
  if (quarter === 3n || (quarter === 2n && (rounded & 1n) === 1n)) rounded += 1n;
  // rounded ≤ 2^53; scaling in two exact steps keeps every intermediate factor representable.
  const e = x.e + shift + 2;
  const half = Math.trunc(e / 2);
  const value = Number(rounded) * 2 ** half * 2 ** (e - half);
  return x.m < 0n ? -value : value;
}
