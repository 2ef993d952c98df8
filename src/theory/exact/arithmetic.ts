import { type Dyadic, dyadic, ZERO } from "./dyadic";

/** x + y. */
export function add(x: Dyadic, y: Dyadic): Dyadic {
  if (x.m === 0n) return y;
  if (y.m === 0n) return x;
  if (x.e === y.e) return dyadic(x.m + y.m, x.e);
  return x.e > y.e
    ? dyadic((x.m << BigInt(x.e - y.e)) + y.m, y.e)
    : dyadic(x.m + (y.m << BigInt(y.e - x.e)), x.e);
}

/** −x. */
export function negate(x: Dyadic): Dyadic {
  return x.m === 0n ? x : dyadic(-x.m, x.e);
}

/** x − y. */
export function subtract(x: Dyadic, y: Dyadic): Dyadic {
  return add(x, negate(y));
}

/** x·y. */
export function multiply(x: Dyadic, y: Dyadic): Dyadic {
  return dyadic(x.m * y.m, x.e + y.e);
}

/** x^p for an integer p ≥ 0. */
export function power(x: Dyadic, p: number): Dyadic {
  return dyadic(x.m ** BigInt(p), x.e * p);
}

/** x·2^k for an integer k. */
export function scale(x: Dyadic, k: number): Dyadic {
  return x.m === 0n ? x : dyadic(x.m, x.e + k);
}

/** −1, 0 or 1, as x < y, x = y or x > y. */
export function compare(x: Dyadic, y: Dyadic): -1 | 0 | 1 {
  const e = Math.min(x.e, y.e);
  const difference = (x.m << BigInt(x.e - e)) - (y.m << BigInt(y.e - e));
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether x = y. */
export function equals(x: Dyadic, y: Dyadic): boolean {
  return x.e === y.e && x.m === y.m;
}

/** σ(x) = max(x, 0). */
export function relu(x: Dyadic): Dyadic {
  return x.m < 0n ? ZERO : x;
}

/** |x|. */
export function abs(x: Dyadic): Dyadic {
  return x.m < 0n ? negate(x) : x;
}

/** The largest integer ≤ x. */
export function floor(x: Dyadic): bigint {
  return x.e >= 0 ? x.m << BigInt(x.e) : x.m >> BigInt(-x.e);
}
