/** A string of bits that is read from its start. Beyond the end come zeros: an arithmetic decoder reads ahead. */
export type BitStream = {
  /** The next `width` ≤ 32 bits as a whole number. */
  take(width: number): number;
};

export function createBitStream(bytes: Uint8Array): BitStream {
  let at = 0;
  return {
    take: (width) => {
      let value = 0;
      for (let i = 0; i < width; i++, at++)
        value = 2 * value + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
      return value;
    },
  };
}
