import { checkSeeds } from "../../common/checkSeeds";

/** Numbers uniform on [0, 1), one for each call. */
export type Random = () => number;

/** Numbers that are thrown away before the state is mixed. */
const WARM_UP = 12;
/** Arbitrary bits, fixed once: they tell a stream from an equal seed, and a longer list of parts from a shorter one. */
const [OF_STREAM, OF_PARTS] = [0x5bf03635, 0x5851f42d];

/**
 * The project's one generator: sfc32 (Doty-Humphrey), 128 bits of state filled from (seed, stream) by splitmix32 and
 * warmed up. Equal seeds give equal numbers on every machine; different seeds and streams, both below 2³⁰, give
 * different numbers. Where one number does not tell streams apart, the numbers in `more` enter the state one after the
 * other. They are not added up first, so that no two lists of whole numbers up to 2³² − 1 become one.
 */
export function randomGenerator(seed: number, stream = 0, ...more: readonly number[]): Random {
  checkSeeds({ seed, stream });
  const mixSeed = splitmix32(seed);
  const mixStream = splitmix32(stream ^ OF_STREAM);
  let a = mixSeed() ^ mixStream();
  let b = mixSeed() ^ mixStream();
  let c = mixSeed() ^ mixStream();
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 2 ** 32;
  };
  const warmUp = () => {
    for (let i = 0; i < WARM_UP; i++) next();
  };
  warmUp();
  // The seed once more: above 2³⁰ there are pairs (seed, stream) that fill the state alike.
  for (const part of more.length > 0 ? [seed, ...more] : []) {
    checkSeeds({ "a part of the stream": part });
    // Without this change of a, a part 0 would only continue the same numbers.
    a ^= OF_PARTS;
    counter = (counter + part) | 0;
    warmUp();
  }
  return next;
}

/** splitmix32: the step of its counter, ⌊2^32/golden ratio⌋, and the factors that mix it. */
const [GOLDEN, MIX_1, MIX_2] = [0x9e3779b9, 0x21f0aaad, 0x735a2d97];

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + GOLDEN) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, MIX_1);
    z ^= z >>> 15;
    z = Math.imul(z, MIX_2);
    return z ^ (z >>> 15);
  };
}

/** The numbers 0 … count−1 in random order (Fisher–Yates), each order equally likely. */
export function permutation(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}

/** Numbers of the standard normal distribution (Box–Muller), `count` of them. */
export function normals(count: number, random: Random): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
