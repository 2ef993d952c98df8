import type { AdaptiveCounts } from "./adaptiveCounts";
import type { BitSink } from "./bitSink";
import type { BitStream } from "./bitStream";

/** The interval of the coder has 32 bits. */
const BITS = 32;
const [WHOLE, HALF, QUARTER] = [2 ** BITS, 2 ** (BITS - 1), 2 ** (BITS - 2)];

/** What encoder and decoder do alike: narrows [low, high] to the span of a symbol. */
function narrowed(low: number, high: number, { from, to, total }: ReturnType<AdaptiveCounts["spanOf"]>) {
  // range·total < 2^53, so that float64 holds the products.
  const range = high - low + 1;
  return {
    low: low + Math.floor((range * from) / total),
    high: low + Math.floor((range * to) / total) - 1,
  };
}

/**
 * Writes symbols by an adaptive arithmetic code (Witten, Neal and Cleary 1987). Its end is written so that whatever
 * bits follow, the symbols are read back: for a known number of symbols the code is prefix-free, its last 2 bits
 * included.
 */
export function arithmeticCodeWriter(sink: BitSink): {
  encode(symbol: number, counts: AdaptiveCounts): void;
  finish(): void;
} {
  let [low, high, pending] = [0, WHOLE - 1, 0];
  const emit = (bit: number) => {
    sink.put(bit, 1);
    for (; pending > 0; pending--) sink.put(1 - bit, 1);
  };
  return {
    encode: (symbol, counts) => {
      ({ low, high } = narrowed(low, high, counts.spanOf(symbol)));
      counts.saw(symbol);
      for (;;) {
        if (high < HALF) emit(0);
        else if (low >= HALF) {
          emit(1);
          low -= HALF;
          high -= HALF;
        } else if (low >= QUARTER && high < HALF + QUARTER) {
          pending++;
          low -= QUARTER;
          high -= QUARTER;
        } else break;
        low *= 2;
        high = 2 * high + 1;
      }
    },
    finish: () => {
      pending++;
      emit(low < QUARTER ? 0 : 1);
    },
  };
}

/** Reads what the encoder wrote, one symbol after another, by counts that begin as its own did. */
export function arithmeticCodeReader(source: BitStream): { decode(counts: AdaptiveCounts): number } {
  let [low, high, code] = [0, WHOLE - 1, source.take(BITS)];
  return {
    decode: (counts) => {
      const range = high - low + 1;
      const target = Math.floor(((code - low + 1) * counts.total - 1) / range);
      const symbol = counts.symbolAt(target);
      ({ low, high } = narrowed(low, high, counts.spanOf(symbol)));
      counts.saw(symbol);
      for (;;) {
        if (high >= HALF) {
          const taken = low >= HALF ? HALF : low >= QUARTER && high < HALF + QUARTER ? QUARTER : undefined;
          if (taken === undefined) break;
          low -= taken;
          high -= taken;
          code -= taken;
        }
        low *= 2;
        high = 2 * high + 1;
        code = 2 * code + source.take(1);
      }
      return symbol;
    },
  };
}
