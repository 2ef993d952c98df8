/** All numbers from `low` to `high`. */
export type Interval = { readonly low: number; readonly high: number };

/** All numbers. */
export const WHOLE: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** More than the error of an operation of float64, or of a function of JavaScript's `Math`, relative to its value. */
const SLACK = 2 ** -51;
const TINY = 2 ** -1000;

/** The interval of exact values whose computed ends are these: each end a little further out. */
function widened(low: number, high: number): Interval {
  if (Number.isNaN(low) || Number.isNaN(high)) return WHOLE;
  return { low: low - Math.abs(low) * SLACK - TINY, high: high + Math.abs(high) * SLACK + TINY };
}

/** The interval of one number. */
export const point = (x: number): Interval => ({ low: x, high: x });

/** The smallest interval around a number that float64 can only approximate, such as π. */
export const near = (x: number): Interval => widened(x, x);

export const hull = (a: Interval, b: Interval): Interval => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

/** The largest |x| in the interval. */
export const magnitude = ({ low, high }: Interval): number => Math.max(-low, high);

/** The smallest |x| in the interval. */
export const mignitude = ({ low, high }: Interval): number => Math.max(0, low, -high);

/** Exactly 0, as the slope of a constant: what is added to it or multiplied with it needs no widening. */
const isZero = ({ low, high }: Interval): boolean => low === 0 && high === 0;

export function plus(a: Interval, b: Interval): Interval {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  return widened(a.low + b.low, a.high + b.high);
}

export const minus = (a: Interval, b: Interval): Interval => plus(a, negated(b));

export const negated = ({ low, high }: Interval): Interval => ({ low: -high, high: -low });

export function times(a: Interval, b: Interval): Interval {
  if (isZero(a) || isZero(b)) return point(0);
  // 0 · ∞ is 0 here: an interval's end is no number of the interval, only its limit.
  const product = (x: number, y: number) => (x === 0 || y === 0 ? 0 : x * y);
  const all = [
    product(a.low, b.low),
    product(a.low, b.high),
    product(a.high, b.low),
    product(a.high, b.high),
  ];
  return widened(Math.min(...all), Math.max(...all));
}

/** Every number is possible if the divisor may be 0. */
export function over(a: Interval, b: Interval): Interval {
  if (b.low <= 0 && b.high >= 0) return WHOLE;
  return times(a, widened(1 / b.high, 1 / b.low));
}

/** A function that grows, on an interval within its domain. */
export const growing =
  (fn: (x: number) => number) =>
  ({ low, high }: Interval): Interval =>
    widened(fn(low), fn(high));

/** a^k for a whole k ≥ 0. */
export function power(a: Interval, k: number): Interval {
  const [low, high] = [a.low ** k, a.high ** k];
  if (k === 0) return point(1);
  if (k % 2 === 1) return widened(low, high);
  return a.low <= 0 && a.high >= 0
    ? { low: 0, high: widened(0, Math.max(low, high)).high }
    : widened(Math.min(low, high), Math.max(low, high));
}

export const absolute = (a: Interval): Interval => ({ low: mignitude(a), high: magnitude(a) });

export const larger = (a: Interval, b: Interval): Interval => ({
  low: Math.max(a.low, b.low),
  high: Math.max(a.high, b.high),
});

/** Beyond this, a float64 multiple of π is too far from the exact one. */
const FAR = 2 ** 20;

export function cosine({ low, high }: Interval): Interval {
  if (!(Math.max(Math.abs(low), Math.abs(high)) < FAR)) return { low: -1, high: 1 };
  // Whether a multiple of π of this parity lies between the ends; in doubt, yes.
  const reaches = (parity: number) => {
    const turn = (x: number) => (x / Math.PI - parity) / 2;
    return Math.floor(turn(high) + 1e-9) >= Math.ceil(turn(low) - 1e-9);
  };
  const ends = [Math.cos(low), Math.cos(high)];
  const { low: least, high: most } = widened(Math.min(...ends), Math.max(...ends));
  return { low: reaches(1) ? -1 : least, high: reaches(0) ? 1 : most };
}

export const sine = (a: Interval): Interval => cosine(minus(a, near(Math.PI / 2)));
