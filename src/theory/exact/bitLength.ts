/** Below this, Number(m) is right to 53 binary digits; from 2^1024 on it would be infinite. */
const WITHIN_FLOAT64 = 2 ** 1000;

/** The number of bits of |m|: 0 for 0n, otherwise ⌊log₂|m|⌋ + 1. */
export function bitLength(m: bigint): number {
  if (m === 0n) return 0;
  const magnitude = m < 0n ? -m : m;
  const float = Number(magnitude);
  if (float < WITHIN_FLOAT64) {
    // The float64 may have been rounded up to the next power of two.
    const length = Math.floor(Math.log2(float)) + 1;
    return magnitude >> BigInt(length) !== 0n
      ? length + 1
      : magnitude >> BigInt(length - 1) === 0n
        ? length - 1
        : length;
  }
  const hex = magnitude.toString(16);
  return 4 * (hex.length - 1) + 32 - Math.clz32(Number.parseInt(hex[0], 16));
}
