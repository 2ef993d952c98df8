/** The first 32 bits of the fractional part of the root of the first `count` primes, as FIPS 180-4 takes its constants. */
function fractions(count: number, root: (p: number) => number): Uint32Array {
  const primes: number[] = [];
  for (let p = 2; primes.length < count; p++) if (primes.every((q) => p % q !== 0)) primes.push(p);
  return Uint32Array.from(primes, (p) => (root(p) % 1) * 2 ** 32);
}
// Signed words: they stay small integers in the loops below.
const K = Int32Array.from(fractions(64, Math.cbrt));
const START = Int32Array.from(fractions(8, Math.sqrt));

const turn = (x: number, by: number) => (x >>> by) | (x << (32 - by));

/** One round of 64 bytes at `offset`. */
function absorb(state: Int32Array, w: Int32Array, bytes: Uint8Array, offset: number): void {
  for (let t = 0, i = offset; t < 16; t++, i += 4)
    w[t] = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15];
    const y = w[t - 2];
    const early = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const late = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[t] = w[t - 16] + early + w[t - 7] + late;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + K[t] + w[t]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** A SHA-256 of text in UTF-8 and of bytes that come in pieces: the theory has no dependency and knows no Node. */
export type Sha256 = {
  /** Adds a piece; a text must not end within a character. */
  readonly add: (piece: string | Uint8Array) => void;
  /** The hash of all pieces as 64 hexadecimal digits; nothing can be added after it. */
  readonly digest: () => string;
};

/** Begins a SHA-256 [FIPS 180-4]. */
export function createSha256(): Sha256 {
  const state = START.slice();
  const w = new Int32Array(64);
  const block = new Uint8Array(64);
  const encoder = new TextEncoder();
  let length = 0;
  const addBytes = (bytes: Uint8Array) => {
    let from = 0;
    const filled = length % 64;
    length += bytes.length;
    if (filled > 0) {
      from = Math.min(64 - filled, bytes.length);
      block.set(bytes.subarray(0, from), filled);
      if (filled + from < 64) return;
      absorb(state, w, block, 0);
    }
    for (; from + 64 <= bytes.length; from += 64) absorb(state, w, bytes, from);
    block.set(bytes.subarray(from));
  };
  return {
    add: (piece) => addBytes(typeof piece === "string" ? encoder.encode(piece) : piece),
    digest: () => {
      const end = new Uint8Array(((119 - (length % 64)) % 64) + 9);
      end[0] = 0x80;
      new DataView(end.buffer).setBigUint64(end.length - 8, 8n * BigInt(length));
      addBytes(end);
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    },
  };
}
