import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normals, numbersOf, type Quantiser, quantiseNumbers, randomGenerator } from "../../../src/learning";
import { bfloat16, fromBfloat16 } from "../../../src/learning/code/bfloat16";
import { levelsOf } from "../../../src/learning/code/codeBook";

const gauss = (count: number, seed = 0) => Float32Array.from(normals(count, randomGenerator(seed)));
const meanSquare = (values: Float32Array, quantiser: Quantiser) => {
  const [rounded] = numbersOf(quantiseNumbers([values], quantiser));
  return values.reduce((sum, value, i) => sum + (value - rounded[i]) ** 2, 0) / values.length;
};

describe("quantiseNumbers", () => {
  test("rounds each number to the nearest level of its book", () => {
    const anyValue = fc.float({ noNaN: true, min: -100, max: 100 });
    fc.assert(
      fc.property(
        fc.array(anyValue, { minLength: 1, maxLength: 50 }),
        fc.constantFrom("uniform" as const, "learnt" as const, "centred" as const),
        fc.integer({ min: 2, max: 40 }),
        (values, kind, levels) => {
          const numbers = Float32Array.from(values);
          const quantised = quantiseNumbers([numbers], { kind, levels });
          const all = levelsOf({ kind, levels }, quantised.books[0]);
          const [rounded] = numbersOf(quantised);
          for (const [i, value] of numbers.entries())
            expect(Math.abs(rounded[i] - value)).toBe(
              Math.min(...[...all].map((one) => Math.abs(one - value))),
            );
        },
      ),
    );
  });

  test("a uniform quantiser errs by little more than half a step", () => {
    const values = gauss(500);
    const [rounded] = numbersOf(quantiseNumbers([values], { kind: "uniform", levels: 64 }));
    const step = (Math.max(...values) - Math.min(...values)) / 63;
    // The step itself is rounded to 8 binary digits, the lowest level to a multiple of it.
    for (const [i, value] of values.entries()) expect(Math.abs(rounded[i] - value)).toBeLessThan(1.2 * step);
  });

  test("learnt levels err less than uniform ones on numbers that crowd around 0", () => {
    const values = gauss(1000).map((x) => x ** 3);
    expect(meanSquare(values, { kind: "learnt", levels: 8 })).toBeLessThan(
      0.5 * meanSquare(values, { kind: "uniform", levels: 8 }),
    );
  });

  test("centred levels lie around 0, one number says them, and of three a third or more of bell-shaped numbers is 0", () => {
    const quantiser = { kind: "centred", levels: 3 } as const;
    const { books, symbols } = quantiseNumbers([gauss(2000)], quantiser);
    expect(books[0]).toHaveLength(1);
    const [lowest, middle, highest] = levelsOf(quantiser, books[0]);
    expect(middle).toBe(0);
    expect(lowest).toBe(-highest);
    // The best three levels for the normal distribution are 0 and ±1.224 (Max 1960).
    expect(highest).toBeCloseTo(1.224, 1);
    const zeros = symbols[0].filter((symbol) => symbol === 1).length / 2000;
    expect(zeros).toBeGreaterThan(0.4);
    expect([...levelsOf({ kind: "centred", levels: 4 }, [bfloat16(2)])]).toEqual([-3, -1, 1, 3]);
  });

  test("a book for each parameter errs less where they have different sizes", () => {
    const parameters = [gauss(200), gauss(200, 1).map((x) => x / 1000)];
    const errorOf = (perLayer: boolean) => {
      const [, small] = numbersOf(quantiseNumbers(parameters, { kind: "uniform", levels: 16, perLayer }));
      return Math.max(...small.map((value, i) => Math.abs(value - parameters[1][i])));
    };
    expect(errorOf(true)).toBeLessThan(0.1 * errorOf(false));
  });

  test("numbers that are all one, or close together far from 0, keep their place", () => {
    for (const values of [Float32Array.of(3, 3), Float32Array.of(0, 0), Float32Array.of(100, 100.0001)]) {
      const [rounded] = numbersOf(quantiseNumbers([values], { kind: "uniform", levels: 16 }));
      for (const [i, value] of values.entries())
        expect(Math.abs(rounded[i] - value)).toBeLessThanOrEqual(Math.abs(value) / 200);
    }
  });

  test.each([
    [{ kind: "cubic", levels: 4 }, /kind must be "uniform", "learnt" or "centred"; got "cubic"\./],
    [{ kind: "uniform", levels: 1 }, /levels must be a whole number from 2 to 4096; got 1\./],
    [{ kind: "uniform", levels: 2.5 }, /levels must be/],
    [{ kind: "uniform", levels: 4, perLayer: 1 }, /perLayer/],
    [{ kind: "uniform", level: 4 }, /no option level/],
  ])("refuses %j", (quantiser, message) => {
    expect(() => quantiseNumbers([Float32Array.of(1)], quantiser as never)).toThrow(message);
  });

  test("refuses numbers that are none", () => {
    const some = { kind: "uniform", levels: 4 } as const;
    expect(() => quantiseNumbers([Float32Array.of(1, Number.NaN)], some)).toThrow(/finite; got NaN/);
    expect(() => quantiseNumbers([], some)).toThrow(/Expected numbers/);
    expect(() => quantiseNumbers([[1]] as never, some)).toThrow(/list of Float32Arrays/);
  });
});

test("bfloat16 is the nearest number with 8 binary digits, ties to even, and refuses what is not finite", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: Math.fround(2 ** -126), max: Math.fround(3e38) }), (x) => {
      const unit = 2 ** (Math.floor(Math.log2(x)) - 7);
      const value = fromBfloat16(bfloat16(x));
      expect(Math.abs(value - x)).toBeLessThanOrEqual(unit / 2);
      expect(value % (unit / 2)).toBe(0);
      expect(fromBfloat16(bfloat16(-x))).toBe(-value);
    }),
  );
  expect([1 + 2 ** -8, 1 + 3 * 2 ** -8].map((x) => fromBfloat16(bfloat16(x)))).toEqual([1, 1 + 2 ** -6]);
  expect(() => bfloat16(3.4e38)).toThrow(/must be finite/);
  expect(() => bfloat16(Number.NaN)).toThrow(/must be finite/);
});
