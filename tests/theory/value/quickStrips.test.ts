import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approximateLp,
  approximateUniform,
  gallery,
  quantise,
  type Target,
  target,
  toNumber,
} from "../../../src/theory";
import { quickStrips } from "../../../src/theory/value/quickStrips";
import { anyHardPoint, anyLipschitz, casesOf, sizesUpTo } from "../expectations";

function quickOf(f: Target, options: { n: number; variant: "paper" | "centred"; delta?: number }) {
  const phi = approximateLp(f, options);
  const { grid, variant } = phi;
  const quick = quickStrips({ construction: "lp", grid, variant, quantised: quantise(f, grid, variant) });
  return { phi, quick };
}

describe("quickStrips", () => {
  test.each(casesOf(sizesUpTo(64)))(
    "d = %i, n = %i, %s: at every point the float64 nearest to the network, or in doubt",
    (d, n, variant) => {
      fc.assert(
        fc.property(
          anyLipschitz(d),
          fc.constantFrom(undefined, 2 ** (-n - 2), 2 ** (-n - 9)),
          fc.integer(),
          (f, delta, seed) => {
            const { phi, quick } = quickOf(f, { n, variant, ...(delta && { delta }) });
            for (const x of fc.sample(anyHardPoint(phi.grid), { numRuns: 12, seed })) {
              const value = quick?.(Float64Array.from(x), 0);
              if (value !== undefined && !Number.isNaN(value))
                expect(value).toBe(toNumber(phi.evaluateExactly(x)));
            }
          },
        ),
        { numRuns: 8 },
      );
    },
  );

  test("few points of a strip are in doubt, and all digits decide those", () => {
    for (const [f, n] of [
      [gallery.kink(1), 8],
      [gallery.hills(), 4],
      [gallery.ball(), 3],
    ] as const) {
      const { phi, quick } = quickOf(f, { n, variant: "centred", delta: 2 ** (-n - 3) });
      const { d, K, delta } = phi.grid;
      const points = Float64Array.from({ length: 500 * d }, (_, i) => (i * 0.618034) % 1);
      for (let p = 0; p < 500; p++)
        points[p * d + (p % d)] = (1 + (p % (K - 1))) / K - delta * ((p * 0.754878) % 1);
      let doubtful = 0;
      const values = phi.evaluate(points, { threads: 1 });
      for (let p = 0; p < 500; p++) {
        const value = quick?.(points, p) ?? Number.NaN;
        if (Number.isNaN(value)) doubtful++;
        else expect(value).toBe(values[p]);
      }
      expect(doubtful).toBeLessThan(50);
    }
  });

  test("other constructions and sizes beyond float64's middle have no quick form", () => {
    const f = gallery.kink();
    const { grid, variant } = approximateUniform(f, { n: 2 });
    const quantised = quantise(f, grid, variant);
    expect(quickStrips({ construction: "uniform", grid, variant, quantised })).toBeUndefined();
    const huge = target((x) => x[0]! * 1e300, { dimension: 1, lipschitz: 1e300 });
    expect(quickOf(huge, { n: 2, variant: "paper" }).quick).toBeUndefined();
  });
});
