import fc from "fast-check";
import { expect, test } from "vitest";
import { roundedTo } from "../../../site/train/roundedTo";

test("no number moves by more than half a step, and there are at most 2^bits values", () => {
  const numbers = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 8 }), (list, bits) => {
      const values = Float32Array.from(list);
      const rounded = roundedTo(values, bits);
      const a = Math.max(...values.map(Math.abs));
      // The results are float32, whose smallest numbers lie 2^-149 apart.
      const half = a / 2 ** bits + 1e-6 * a + 2 ** -150;
      for (const [i, value] of rounded.entries())
        expect(Math.abs(value - values[i])).toBeLessThanOrEqual(half);
      expect(new Set(rounded).size).toBeLessThanOrEqual(2 ** bits);
    }),
  );
});
