import { checkFiniteParameters } from "./checkFiniteParameters";
import { bookWords, fitCodeBook, levelsOf, nearestLevels } from "./codeBook";
import { booksOf, checkQuantiser, type Quantiser } from "./quantiser";

/** Trained numbers as places in code books: all that an arithmetic code has to carry. */
export type QuantisedNumbers = {
  readonly quantiser: Quantiser;
  /** The 16-bit words of each code book. */
  readonly books: readonly Uint16Array[];
  /** For each parameter the places of its numbers in its book. */
  readonly symbols: readonly Uint16Array[];
};

/**
 * Rounds a method's parameters to levels that suit them: each number to the nearest.
 * @throws TypeError or RangeError for a quantiser that is none, and for numbers that are not finite or not there.
 */
export function quantiseNumbers(parameters: readonly Float32Array[], quantiser: Quantiser): QuantisedNumbers {
  checkQuantiser(quantiser);
  checkFiniteParameters(parameters);
  const numbers = booksOf(quantiser, parameters.length).map((own) =>
    fitCodeBook(quantiser, joined(own, parameters)),
  );
  return roundToBooks(parameters, quantiser, numbers);
}

/** Rounds parameters to the levels of code books that are there. */
export function roundToBooks(
  parameters: readonly Float32Array[],
  quantiser: Quantiser,
  numbers: readonly ArrayLike<number>[],
): QuantisedNumbers {
  const books = numbers.map((each) => bookWords(quantiser, each));
  const symbols: Uint16Array[] = [];
  for (const [k, own] of booksOf(quantiser, parameters.length).entries()) {
    const levels = levelsOf(quantiser, books[k]);
    for (const i of own) symbols[i] = nearestLevels(levels, parameters[i]);
  }
  return { quantiser, books, symbols };
}

/** The numbers, as float32, that quantised ones stand for. */
export function numbersOf({ quantiser, books, symbols }: QuantisedNumbers): Float32Array[] {
  const numbers: Float32Array[] = [];
  for (const [k, own] of booksOf(quantiser, symbols.length).entries()) {
    const levels = levelsOf(quantiser, books[k]);
    for (const i of own) numbers[i] = Float32Array.from(symbols[i], (symbol) => levels[symbol]);
  }
  return numbers;
}

/** The parameters that share a code book, one after another. */
export function joined(own: readonly number[], parameters: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(own.reduce((sum, i) => sum + parameters[i].length, 0));
  let from = 0;
  for (const i of own) {
    all.set(parameters[i], from);
    from += parameters[i].length;
  }
  return all;
}
