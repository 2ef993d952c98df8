import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Approximation,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  gallery,
  isTrifling,
  quantise,
  type Target,
  target,
  toNumber,
  walkSerpentine,
} from "../../../src/theory";
import { closedForm } from "../../../src/theory/value/closedForm";
import { createDecoder } from "../../../src/theory/value/decoder";
import type { CubeEncoding } from "../../../src/theory/value/encoding";
import { placeFinder } from "../../../src/theory/value/placeFinder";
import { quickStrips } from "../../../src/theory/value/quickStrips";
import { anyHardPoint, anyLipschitz, casesOf, sizesUpTo } from "../expectations";

function encodingOf(phi: Approximation): CubeEncoding {
  const { construction, grid, variant, target: f } = phi;
  if (construction === "delta") return { construction, grid, walk: walkSerpentine(f, grid) };
  if (construction === "continuous") throw new Error("A continuous φ has no strips.");
  return { construction, grid, variant, quantised: quantise(f, grid, variant) };
}

/** The quick value at a point of the trifling region; NaN where it is in doubt. */
function quickly(phi: Approximation): (x: ArrayLike<number>) => number {
  const quick = quickStrips(encodingOf(phi));
  const find = placeFinder(phi.grid);
  return (x) => quick?.(find(Float64Array.from(x), 0)) ?? Number.NaN;
}

type Options = { n: number; variant: "paper" | "centred"; delta?: number };
const constructions: Record<string, [number, (f: Target, options: Options) => Approximation]> = {
  "Theorem 2.1": [64, approximateLp],
  "Theorem 2.2": [16, approximateUniform],
  "Theorem 2.3": [16, approximateThreeParameters],
  delta: [64, (f, { n, delta }) => approximateDelta(f, { n, ...(delta && { delta }) })],
};

describe.each(Object.entries(constructions))("%s", (_, [most, approximate]) => {
  test.each(casesOf(sizesUpTo(most)))(
    "d = %i, n = %i, %s: in the strips the float64 nearest to the network, or in doubt",
    (d, n, variant) => {
      fc.assert(
        fc.property(
          anyLipschitz(d),
          fc.constantFrom(undefined, 2 ** (-n - 2), 2 ** (-n - 9)),
          fc.integer(),
          (f, delta, seed) => {
            const phi = approximate(f, { n, variant, ...(delta && { delta }) });
            const value = quickly(phi);
            for (const x of fc.sample(anyHardPoint(phi.grid), { numRuns: 12, seed })) {
              if (!isTrifling(phi.grid, x)) continue;
              const found = value(x);
              if (!Number.isNaN(found)) expect(found).toBe(toNumber(phi.evaluateExactly(x)));
            }
          },
        ),
        { numRuns: 4 },
      );
    },
  );
});

/** Points of which each is in the strip along one axis at least. */
function stripPoints({ d, K, delta }: Approximation["grid"], N: number): number[][] {
  return Array.from({ length: N }, (_, p) =>
    Array.from({ length: d }, (__, i) =>
      p % d === i
        ? (1 + (p % (K - 1))) / K - delta * (0.01 + 0.98 * ((p * 0.754878) % 1))
        : ((p * d + i) * 0.618034) % 1,
    ),
  );
}

test.each(Object.keys(constructions))(
  "%s: few points of strips are in doubt, also where strips cross, and all digits agree with the others",
  (name) => {
    const approximate = constructions[name]![1];
    for (const [f, n] of [
      [gallery.kink(1), 8],
      [gallery.hills(), 4],
      [gallery.ball(), 3],
    ] as const) {
      const phi = approximate(f, { n, variant: "centred", delta: 2 ** (-n - 2) });
      const value = quickly(phi);
      const points = stripPoints(phi.grid, 600);
      const encoding = encodingOf(phi);
      const exact = points.map(closedForm(encoding, createDecoder(encoding)));
      const found = points.map(value);
      expect(found.filter(Number.isNaN).length).toBeLessThan(12);
      found.forEach((each, p) => {
        if (!Number.isNaN(each)) expect(each).toBe(exact[p]);
      });
    }
  },
);

test("a long row of equal bits is followed to its end: no point of Theorem 2.1's strips is in doubt for it", () => {
  // Above ½ on the right half: the first bit is 1 there 512 times in a row.
  const phi = approximateLp(gallery.smooth(), { n: 10 });
  const value = quickly(phi);
  const { K, delta } = phi.grid;
  const inDoubt = Array.from({ length: K - 1 }, (_, k) => value([(k + 1) / K - delta / 3])).filter(
    Number.isNaN,
  );
  expect(inDoubt.length).toBeLessThan(4);
});

test("numbers beyond float64's middle have no quick form, and a continuous φ no strips", () => {
  const huge = target((x) => x[0]! * 1e300, { dimension: 1, lipschitz: 1e300 });
  for (const [, approximate] of Object.values(constructions))
    expect(quickStrips(encodingOf(approximate(huge, { n: 2, variant: "paper" })))).toBeUndefined();
  expect(isTrifling(approximateContinuous(gallery.kink(), { n: 2 }).grid, [0.2])).toBe(false);
});
