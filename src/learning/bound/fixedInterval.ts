/** Bits behind the point of the integers that enclose a number. */
export const PLACES = 192n;

/** A number between low·2^−192 and high·2^−192, both ends included. */
export type FixedInterval = { readonly low: bigint; readonly high: bigint };

/** The whole number n. */
export const exactly = (n: bigint): FixedInterval => ({ low: n << PLACES, high: n << PLACES });

export const plus = (...terms: readonly FixedInterval[]): FixedInterval => ({
  low: terms.reduce((sum, { low }) => sum + low, 0n),
  high: terms.reduce((sum, { high }) => sum + high, 0n),
});

/** x·n for a whole number n of either sign. */
export const times = ({ low, high }: FixedInterval, n: bigint): FixedInterval =>
  n >= 0n ? { low: low * n, high: high * n } : { low: high * n, high: low * n };

/** x·2^−k for k ≥ 0, rounded outward. */
export const shiftedDown = ({ low, high }: FixedInterval, k: bigint): FixedInterval => ({
  low: low >> k,
  high: -(-high >> k),
});

/** n/m for m > 0, rounded outward. */
export function quotient(n: bigint, m: bigint): FixedInterval {
  const scaled = n << PLACES;
  const floor = scaled >= 0n ? scaled / m : -((-scaled + m - 1n) / m);
  return { low: floor, high: floor + 1n };
}
