/** The number of bits of |m|: 0 for 0n, otherwise ⌊log₂|m|⌋ + 1. */
export function bitLength(m: bigint): number {
  if (m === 0n) return 0;
  const hex = (m < 0n ? -m : m).toString(16);
  return 4 * (hex.length - 1) + 32 - Math.clz32(Number.parseInt(hex[0]!, 16));
}
