import { bitLength } from "../exact/bitLength";
import type { Dyadic } from "../exact/dyadic";

/** Where the binary digits of some numbers stand: each is a multiple of 2^low and below 2^high. */
export type Extent = { readonly low: number; readonly high: number };

/** The extent of no numbers, or of zeros: joined to another extent, it changes nothing. */
export const NOTHING: Extent = { low: Infinity, high: -Infinity };

/** The smallest extent of the entries' values m·2^e, m odd or 0. */
export function extentOf(entries: readonly { readonly value: Dyadic }[]): Extent {
  let { low, high } = NOTHING;
  for (const { value } of entries) {
    const { m, e } = value;
    if (m === 0n) continue;
    if (e < low) low = e;
    const top = m === 1n || m === -1n ? e + 1 : e + bitLength(m);
    if (top > high) high = top;
  }
  return { low, high };
}

/** The extent of two sets of numbers together. */
export const both = (a: Extent, b: Extent): Extent => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

/** How many binary digits are enough for each of the numbers. */
export const bitsOf = ({ low, high }: Extent): number => Math.max(high - low, 0);
