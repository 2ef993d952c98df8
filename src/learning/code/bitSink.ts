/** A string of bits that grows at its end. */
export type BitSink = {
  readonly length: number;
  /** Adds the lowest `width` ≤ 32 bits of a whole number, the highest first. */
  put(value: number, width: number): void;
  /** The bits in bytes, the first one highest, filled up with zeros. */
  bytes(): Uint8Array;
};

export function createBitSink(): BitSink {
  const bytes: number[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    put: (value, width) => {
      for (let i = width - 1; i >= 0; i--) {
        if (length % 8 === 0) bytes.push(0);
        bytes[bytes.length - 1] |= ((value >>> i) & 1) << (7 - (length % 8));
        length++;
      }
    },
    bytes: () => Uint8Array.from(bytes),
  };
}
