import { bitLength } from "./bitLength";
import { type Dyadic, dyadic, ZERO } from "./dyadic";

const view = new DataView(new ArrayBuffer(8));

/**
 * The dyadic number equal to a float64, without rounding.
 * @throws RangeError for NaN and the infinities, TypeError for anything but a number.
 */
export function fromNumber(x: number): Dyadic {
  if (typeof x !== "number") throw new TypeError(`fromNumber expects a number, got ${typeof x} ${String(x)}`);
  if (!Number.isFinite(x)) throw new RangeError(`fromNumber expects a finite number, got ${x}`);
  if (x === 0) return ZERO;
  if (Number.isSafeInteger(x)) return dyadic(BigInt(x));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return dyadic(x < 0 ? -m : m, Math.max(exponent, 1) - 1075);
}

/** Rounds m·2^−shift, shift > 0, to an odd-sticky integer: no later rounding to fewer bits can go wrong. */
function shiftSticky(m: bigint, shift: number): bigint {
  const top = m >> BigInt(shift);
  return top << BigInt(shift) === m ? top : top | 1n;
}

/** The float64 nearest to x, ties to even, gradual underflow, ±Infinity from 2^1024 − 2^970 on. */
export function toNumber(x: Dyadic): number {
  if (x.e === 0 && x.m <= 9007199254740991n && x.m >= -9007199254740991n) return Number(x.m);
  const length = bitLength(x.m);
  const top = length + x.e; // 2^(top−1) ≤ |x| < 2^top
  if (top > 1024) return x.m < 0n ? -Infinity : Infinity;
  if (top < -1074) return x.m < 0n ? -0 : 0;
  // Below the normal range fewer bits are kept; the last kept bit weighs 2^−1074.
  const kept = Math.min(53, top + 1074);
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
