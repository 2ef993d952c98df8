import { nextDown, nextUp } from "../exact/nextUp";

/** How much rounding in f and ω is allowed before two samples contradict a modulus: relative to ω, and in ulp of f. */
const OF_OMEGA = 2 ** -40;
/** How far f may leave its samples' range without contradicting ω, relative to ω(√d): there and back. */
export const BEYOND = 2 * OF_OMEGA;
const ULPS = 4;

export const show = (x: ArrayLike<number>) => `(${Array.from(x).join(", ")})`;

/** The distance from |x| to the next larger float64; at the largest one to the next smaller. */
function ulp(x: number): number {
  const size = Math.abs(x);
  return size === Number.MAX_VALUE ? size - nextDown(size) : nextUp(size) - size;
}

/**
 * Compares two samples with the modulus; the slack is what rounding in f and ω may cost.
 * @throws RangeError showing both points if |f(x) − f(y)| > ω(‖x−y‖₂)·(1 + 2^−40) + 4 ulp.
 */
export function checkModulus(
  omega: (r: number) => number,
  x: ArrayLike<number>,
  fx: number,
  y: ArrayLike<number>,
  fy: number,
): void {
  // For neighbouring points a sum of squares may underflow; hypot does not.
  const distance = Math.hypot(...Array.from(x, (t, i) => t - y[i]));
  const allowed = omega(distance);
  const seen = Math.abs(fx - fy);
  if (seen > allowed * (1 + OF_OMEGA) + ULPS * ulp(Math.max(Math.abs(fx), Math.abs(fy))))
    throw new RangeError(
      `the modulus of continuity is contradicted: f${show(x)} = ${fx} and f${show(y)} = ${fy} differ by ${seen}, ω(${distance}) = ${allowed}; declare a larger constant`,
    );
}

/**
 * How far from `value` checkModulus lets a function go within a distance r with ω(r) = omega, or a little more: at
 * least ω(r)·(1 + 2^−40) + 4 ulp of the larger value, rounded up.
 */
export function granted(omega: number, value: number): number {
  // An ulp of x is at most 2^−52·|x| or the smallest float64. The larger value is at most |value| + far.
  const far = omega * (1 + OF_OMEGA + 2 ** -48);
  return far + (Math.abs(value) + far) * (ULPS * 2 ** -52 * (1 + 2 ** -30)) + 2 * ULPS * Number.MIN_VALUE;
}
