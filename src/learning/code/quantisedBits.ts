import { createAdaptiveCounts } from "./adaptiveCounts";
import { arithmeticCodeReader, arithmeticCodeWriter } from "./arithmeticCode";
import type { BitSink } from "./bitSink";
import type { BitStream } from "./bitStream";
import { bookSize } from "./codeBook";
import type { QuantisedNumbers } from "./quantiseNumbers";
import { booksOf, type Quantiser } from "./quantiser";

/** A number of a code book. */
const WORD = 16;

/** Writes code books and symbols; says how many bits each of the two took. */
export function writeQuantisedBits(
  sink: BitSink,
  { quantiser, books, symbols }: QuantisedNumbers,
): { books: number; symbols: number } {
  const start = sink.length;
  for (const words of books) for (const word of words) sink.put(word, WORD);
  const middle = sink.length;
  const encoder = arithmeticCodeWriter(sink);
  for (const own of booksOf(quantiser, symbols.length)) {
    const counts = createAdaptiveCounts(quantiser.levels);
    for (const i of own) for (const symbol of symbols[i]) encoder.encode(symbol, counts);
  }
  encoder.finish();
  return { books: middle - start, symbols: sink.length - middle };
}

/** Reads what `writeQuantisedBits` wrote, for parameters of these sizes. */
export function readQuantisedBits(
  source: BitStream,
  quantiser: Quantiser,
  sizes: readonly number[],
): QuantisedNumbers {
  const groups = booksOf(quantiser, sizes.length);
  const books = groups.map(() => Uint16Array.from({ length: bookSize(quantiser) }, () => source.take(WORD)));
  const decoder = arithmeticCodeReader(source);
  const symbols: Uint16Array[] = [];
  for (const own of groups) {
    const counts = createAdaptiveCounts(quantiser.levels);
    for (const i of own) symbols[i] = Uint16Array.from({ length: sizes[i] }, () => decoder.decode(counts));
  }
  return { quantiser, books, symbols };
}
