import {
  type Code,
  f64,
  giveBack,
  i32,
  i64,
  type Local,
  loopWhile,
  webAssemblyModule,
  when,
} from "./webAssembly";

/** What the function returns; the numbers are in memory at 0 and 8. */
export const FOUND = {
  /** The first number is the sum. */
  whole: 0,
  /** The sum is that of the two numbers, but for rounding in the second. */
  split: 1,
  /** Rounding decides which of low, the sum and high is in the middle. */
  doubtful: 2,
} as const;

/** A word of digits, in bytes and in bits. */
const [WORD, BITS] = [8, 64n];
/** t = T·2^−52. */
const T_BITS = 52n;
/** Bits of the lower word that are kept, so that three times it is no longer than a word. */
const LOW_BITS = 60n;
/** Bits of the upper word below those that `whole` takes. */
const TAIL_BITS = 26n;
/** y lies less than 2·2^−116 + 2^−112 above what is computed: less than four units of 2^−112 for 3y. */
const UNITS = 4n;
/** More than float64 may lose of the second number. */
export const MARGIN = 2 ** -48;

const HALF = i64.const(BITS / 2n);
const mask = (bits: bigint) => i64.const((1n << bits) - 1n);
const high = (x: Code) => i64.shrU(x, HALF);
const low = (x: Code) => i64.and(x, mask(BITS / 2n));

/**
 * A WebAssembly module with one function: Σ_l 2^{n−1−l} g̃(T(y_l)), y_l = 4^j(1 + 3t)·a_l, of Theorem 2.1 for an index
 * j and 0 ≤ t < 1, or the one of `least` and `most` (two integers) that stands between it and the other.
 *
 * Row l holds 4^J·a_l as a little-endian integer; `address` is where digit j is in row 0, 16 bytes further on, and
 * `shift` is its lowest bit there. Of y = 4^j·a·F·2^−52, F = 2^52 + 3T, only y mod 2 counts: the word up to digit j
 * times F, modulo 2^64, and two words of digits after it [ours]. Where those do not tell on which side of a threshold y
 * is, words are added until it is known: in a row of equal digits, that is only at its end.
 */
export function extractionModule(): Uint8Array {
  return webAssemblyModule({
    parameters: {
      ...{ address: "i32", rowBytes: "i32", shift: "i32", T: "f64", half: "f64" }, // half = 2^{n−1}
      ...{ least: "f64", most: "f64" },
    },
    locals: {
      ...{ by: "i64", back: "i64" }, // the shift, and 63 less it
      ...{ F: "i64", F1: "i64", F0: "i64", G: "i64", G1: "i64", G0: "i64" }, // F, G = 3F, and their halves
      ...{ upper: "i64", lower: "i64", next: "i64" }, // y, then 3·tooth − 1, in units of 2^−52 and 2^−116 or 2^−112
      ...{ first: "i64", second: "i64", carried: "i64" }, // within a product
      ...{ odd: "i32", nearOne: "i32", below: "i32", more: "i32", at: "i32" },
      ...{ whole: "f64", tail: "f64", weight: "f64", margin: "f64", rest: "f64" },
    },
    result: "i32",
    body: ({ address, rowBytes, shift, T, half, least, most, ...local }) => {
      const { by, back, F, F1, F0, G, G1, G0, upper, lower, next, first, second, carried } = local;
      const { odd, nearOne, below, more, at, whole, tail, weight, margin, rest } = local;

      /** 64 digits' bits, `offset` bytes above an address. */
      const word = (from: Local, offset: number): Code =>
        i64.or(
          i64.shrU(i64.load(from.get, offset), by.get),
          i64.shl(i64.shl(i64.load(from.get, offset + WORD), i64.const(1n)), back.get),
        );
      /** ⌊x·y/2^64⌋ of two unsigned words, y in halves. */
      const productAbove = (x: Local, y1: Local, y0: Local): Code => [
        ...first.set(i64.mul(low(x.get), y0.get)),
        ...second.set(i64.add(i64.mul(high(x.get), y0.get), high(first.get))),
        ...first.set(i64.add(i64.mul(low(x.get), y1.get), low(second.get))),
        ...i64.add(i64.add(i64.mul(high(x.get), y1.get), high(second.get)), high(first.get)),
      ];
      const result = (x: Local, found: number): Code => [
        ...f64.store(i32.const(0), x.get),
        ...giveBack(i32.const(found)),
      ];

      const remainder: Code = [
        ...next.set(word(address, WORD)),
        ...upper.set(
          i64.add(
            i64.mul(i64.shrU(i64.load(address.get, 2 * WORD), by.get), F.get),
            productAbove(next, F1, F0),
          ),
        ),
        ...lower.set(i64.mul(next.get, F.get)),
        ...next.set(word(address, 0)),
        ...next.set(productAbove(next, F1, F0)),
        ...lower.set(i64.add(lower.get, next.get)),
        ...upper.set(i64.add(upper.get, i64.extend(i64.ltU(lower.get, next.get)))),
      ];

      // z = y mod 2 is 0 or 1 and a fraction; 3·tooth − 1 is 3z − 1 for z < 1, else 5 − 3z, from below.
      const tooth: Code = [
        ...odd.set(i32.and(i64.wrap(i64.shrU(upper.get, i64.const(T_BITS))), i32.const(1))),
        ...lower.set(i64.mul(i64.shrU(lower.get, i64.const(BITS - LOW_BITS)), i64.const(3n))),
        ...when(odd.get, lower.set(i64.add(lower.get, i64.const(UNITS)))),
        ...upper.set(
          i64.add(
            i64.mul(i64.and(upper.get, mask(T_BITS)), i64.const(3n)),
            i64.shrU(lower.get, i64.const(LOW_BITS)),
          ),
        ),
        ...lower.set(i64.and(lower.get, mask(LOW_BITS))),
        ...when(
          odd.get,
          [
            ...upper.set(i64.sub(i64.const(2n << T_BITS), upper.get)),
            ...upper.set(i64.sub(upper.get, i64.extend(i64.ltU(i64.const(0n), lower.get)))),
            ...lower.set(i64.and(i64.sub(i64.const(0n), lower.get), mask(LOW_BITS))),
          ],
          upper.set(i64.sub(upper.get, i64.const(1n << T_BITS))),
        ),
      ];

      // carried = 3y less the threshold, in units of its last word: between −G and 0 as long as all digits agree.
      const decide: Code = [
        ...G.set(i64.mul(F.get, i64.const(3n))),
        ...G1.set(high(G.get)),
        ...G0.set(low(G.get)),
        ...next.set(word(address, WORD)),
        ...carried.set(i64.mul(next.get, G.get)),
        ...at.set(address.get),
        ...more.set(i32.const(0)),
        ...below.set(i64.ltS(carried.get, i64.const(0n))),
        ...when(
          below.get,
          loopWhile(
            [
              ...more.set(i32.const(0)),
              ...next.set(word(at, 0)),
              ...at.set(i32.sub(at.get, i32.const(WORD))),
              ...upper.set(i64.add(carried.get, productAbove(next, G1, G0))),
              ...carried.set(i64.mul(next.get, G.get)),
              ...below.set(i64.ltS(upper.get, i64.const(0n))),
              ...when(
                i64.eq(upper.get, i64.const(-1n)),
                more.set(
                  i32.and(
                    i64.ltS(carried.get, i64.const(0n)),
                    i64.ltS(i64.sub(i64.const(0n), G.get), carried.get),
                  ),
                ),
              ),
            ],
            more.get,
          ),
        ),
        // Cut to 0 or 1, or within less than 2^−109 of it.
        ...when(
          i32.xor(below.get, i32.xor(odd.get, nearOne.get)),
          [
            ...lower.set(i64.const(0n)),
            ...upper.set(i64.sub(i64.shl(i64.extend(nearOne.get), i64.const(T_BITS)), i64.const(1n))),
            ...when(nearOne.get, upper.set(i64.add(upper.get, i64.const(1n)))),
          ],
          [
            ...lower.set(i64.const(0n)),
            ...when(nearOne.get, lower.set(mask(LOW_BITS))),
            ...upper.set(
              i64.sub(i64.shl(i64.extend(nearOne.get), i64.const(T_BITS)), i64.extend(nearOne.get)),
            ),
          ],
        ),
      ];

      const nearThreshold: Code = [
        ...next.set(i64.add(lower.get, i64.const(UNITS))),
        ...carried.set(i64.add(upper.get, i64.shrU(next.get, i64.const(LOW_BITS)))),
        ...when(
          i64.eqz(i64.and(carried.get, mask(T_BITS))),
          when(
            i64.ltU(i64.and(next.get, mask(LOW_BITS)), i64.const(UNITS)),
            when(
              i32.and(i64.geS(carried.get, i64.const(0n)), i64.ltS(carried.get, i64.const(2n << T_BITS))),
              [...nearOne.set(i64.ltS(i64.const(0n), carried.get)), ...decide],
            ),
          ),
        ),
      ];

      const addUp = when(
        i64.geS(upper.get, i64.const(1n << T_BITS)),
        whole.set(f64.add(whole.get, weight.get)),
        when(i64.geS(upper.get, i64.const(0n)), [
          ...margin.set(f64.const(MARGIN)),
          ...whole.set(
            f64.add(
              whole.get,
              f64.mul(
                weight.get,
                f64.mul(
                  f64.ofInteger(i64.shrU(upper.get, i64.const(TAIL_BITS))),
                  f64.const(2 ** Number(TAIL_BITS - T_BITS)),
                ),
              ),
            ),
          ),
          ...tail.set(
            f64.add(
              tail.get,
              f64.mul(
                weight.get,
                f64.add(
                  f64.mul(
                    f64.ofInteger(i64.and(upper.get, mask(TAIL_BITS))),
                    f64.const(2 ** Number(-T_BITS)),
                  ),
                  f64.mul(f64.ofInteger(lower.get), f64.const(2 ** Number(-T_BITS - LOW_BITS))),
                ),
              ),
            ),
          ),
        ]),
      );

      // The bits that follow add less than the weight of the last one.
      const early: Code = [
        ...when(f64.ge(whole.get, most.get), result(most, FOUND.whole)),
        ...rest.set(f64.sub(f64.sub(least.get, whole.get), f64.sub(weight.get, f64.const(1)))),
        ...when(f64.le(f64.add(tail.get, margin.get), rest.get), result(least, FOUND.whole)),
      ];

      return [
        ...by.set(i64.extend(shift.get)),
        ...back.set(i64.sub(i64.const(BITS - 1n), by.get)),
        ...F.set(i64.add(i64.mul(i64.ofFloat(T.get), i64.const(3n)), i64.const(1n << T_BITS))),
        ...F1.set(high(F.get)),
        ...F0.set(low(F.get)),
        ...weight.set(half.get),
        ...loopWhile(
          [
            ...remainder,
            ...tooth,
            ...nearThreshold,
            ...addUp,
            ...early,
            ...address.set(i32.add(address.get, rowBytes.get)),
            ...weight.set(f64.mul(weight.get, f64.const(0.5))),
          ],
          f64.ge(weight.get, f64.const(1)),
        ),
        ...when(f64.le(margin.get, f64.const(0)), result(whole, FOUND.whole)),
        ...when(
          i32.and(
            f64.lt(f64.add(tail.get, margin.get), f64.sub(most.get, whole.get)),
            f64.lt(f64.sub(least.get, whole.get), f64.sub(tail.get, margin.get)),
          ),
          [...f64.store(i32.const(WORD), tail.get), ...result(whole, FOUND.split)],
        ),
        ...i32.const(FOUND.doubtful),
      ];
    },
  });
}

/** Bytes of zeros that are read before and after a row. */
export const MARGINS = { before: 4 * WORD, after: 3 * WORD } as const;
