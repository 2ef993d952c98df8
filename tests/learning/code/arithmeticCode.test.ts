import fc from "fast-check";
import { expect, test } from "vitest";
import { numbersOf, type Quantiser, quantiseNumbers } from "../../../src/learning";
import { createBitSink } from "../../../src/learning/code/bitSink";
import { createBitStream } from "../../../src/learning/code/bitStream";
import { readQuantisedBits, writeQuantisedBits } from "../../../src/learning/code/quantisedBits";

const anyQuantiser: fc.Arbitrary<Quantiser> = fc.record({
  kind: fc.constantFrom("uniform" as const, "learnt" as const),
  levels: fc.integer({ min: 2, max: 70 }),
  perLayer: fc.boolean(),
});
const anyNumber = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.constantFrom(0, 0.1, -3),
);
const anyParameters = fc.array(
  fc.array(anyNumber, { minLength: 1, maxLength: 80 }).map((values) => Float32Array.from(values)),
  { minLength: 1, maxLength: 4 },
);

test("quantised numbers come back whole, whatever bits follow their code, so that it is prefix-free", () => {
  fc.assert(
    fc.property(
      anyParameters,
      anyQuantiser,
      fc.uint8Array({ maxLength: 12 }),
      (parameters, quantiser, tail) => {
        const quantised = quantiseNumbers(parameters, quantiser);
        const sink = createBitSink();
        const { books, symbols } = writeQuantisedBits(sink, quantised);
        expect(books + symbols).toBe(sink.length);
        for (const byte of tail) sink.put(byte, 8);
        const sizes = parameters.map(({ length }) => length);
        const again = readQuantisedBits(createBitStream(sink.bytes()), quantiser, sizes);
        expect(again).toEqual(quantised);
        expect(numbersOf(again)).toEqual(numbersOf(quantised));
      },
    ),
    { numRuns: 300 },
  );
});

/** −log₂ of what the estimate of Krichevsky and Trofimov gives a sequence. */
function idealBits(symbols: Uint16Array, levels: number): number {
  const counts = new Float64Array(levels);
  let bits = 0;
  for (const [n, symbol] of symbols.entries())
    bits -= Math.log2((2 * counts[symbol]++ + 1) / (2 * n + levels));
  return bits;
}

test("the code is as long as the estimate says, and 3 bits at most", () => {
  fc.assert(
    fc.property(anyParameters, fc.integer({ min: 2, max: 300 }), (parameters, levels) => {
      const quantised = quantiseNumbers(parameters.slice(0, 1), { kind: "uniform", levels });
      const { books, symbols } = writeQuantisedBits(createBitSink(), quantised);
      expect(books).toBe(32);
      expect(symbols).toBeLessThan(idealBits(quantised.symbols[0], levels) + 3);
    }),
  );
});

test("a long sequence that halves the counts comes back, and a rare symbol costs little", () => {
  const levels = 5;
  const symbols = [Uint16Array.from({ length: 700_000 }, (_, i) => (i % 100 === 0 ? (i / 100) % levels : 2))];
  const quantiser = { kind: "uniform", levels } as const;
  const sink = createBitSink();
  const written = writeQuantisedBits(sink, { quantiser, books: [Uint16Array.of(1, 2)], symbols });
  expect(readQuantisedBits(createBitStream(sink.bytes()), quantiser, [700_000]).symbols).toEqual(symbols);
  // 8 in 1000 are rare: about 0.083 bits a symbol by their entropy.
  expect(written.symbols / 700_000).toBeLessThan(0.09);
});
