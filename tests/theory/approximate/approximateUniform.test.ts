import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approximateLp,
  approximateUniform,
  countParameters,
  dyadic,
  evaluateNetwork,
  gallery,
  medianNetwork,
  medianTree,
  type Target,
  target,
} from "../../../src/theory";
import { median } from "../../../src/theory/network/medianNetwork";
import {
  anyHardPoint,
  anyLipschitz,
  casesOf,
  expectEvaluatesNetwork,
  expectIndependentOfTarget,
  expectWithinBound,
  hardCoordinates,
  sizesUpTo,
  variants,
} from "../expectations";

const sizes = sizesUpTo(600, (d) => 3 ** d);
const cases = casesOf(sizes);
const positive = fc.integer({ min: 0, max: 40 }).map((m) => dyadic(BigInt(m), -3));

describe("medians", () => {
  test("the network of three is the median, whatever the order", () => {
    fc.assert(
      fc.property(positive, positive, positive, (a, b, c) => {
        const middle = [a, b, c].sort((x, y) => Number(x.m) * 2 ** x.e - Number(y.m) * 2 ** y.e)[1];
        expect(evaluateNetwork(medianNetwork(), [a, b, c])).toEqual([middle]);
        expect(median(a, b, c)).toEqual(middle);
      }),
    );
  });

  test("the tree takes medians of medians of neighbours", () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 9, maxLength: 9 }), (v) => {
        const inner = [0, 3, 6].map((i) => median(v[i]!, v[i + 1]!, v[i + 2]!));
        expect(evaluateNetwork(medianTree(2), v)).toEqual([median(inner[0]!, inner[1]!, inner[2]!)]);
      }),
    );
  });
});

describe("approximateUniform", () => {
  test.each(cases)("d = %i, n = %i, %s: evaluate equals the network everywhere", (d, n, variant) => {
    fc.assert(
      fc.property(anyLipschitz(d), fc.boolean(), fc.integer(), (f, wide, seed) => {
        const phi = approximateUniform(f, { n, variant, ...(wide && { delta: 2 ** (-n - 2) }) });
        expectEvaluatesNetwork(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 10, seed }));
      }),
      { numRuns: d === 3 ? 4 : 8 },
    );
  });

  test.each([1, 2, 3])(
    "d = 1, n = %i: at every corner, strip end and neighbour, evaluate equals the network",
    (n) => {
      for (const variant of variants) {
        const phi = approximateUniform(gallery.kink(), { n, variant });
        expectEvaluatesNetwork(
          phi,
          hardCoordinates(phi.grid).map((x) => [x]),
        );
      }
    },
  );

  test.each(cases)(
    "d = %i, n = %i, %s: the error is within the bound everywhere, Ω included",
    (d, n, variant) => {
      fc.assert(
        fc.property(anyLipschitz(d), fc.integer(), (f, seed) => {
          const phi = approximateUniform(f, { n, variant });
          expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 150, seed }), true);
        }),
        { numRuns: 15 },
      );
    },
  );

  test("Hölder targets and moduli given as functions keep the bound everywhere", () => {
    const root = target((x) => Math.sqrt(x[0]!), { dimension: 1, modulus: (r) => Math.sqrt(r) });
    for (const f of [gallery.holderHalf(), gallery.weierstrass(), root])
      for (const variant of variants)
        for (const n of [1, 3, 5]) {
          const phi = approximateUniform(f, { n, variant });
          expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 400, seed: n }), true);
        }
  });

  test.each(sizes)(
    "d = %i, n = %i: tied n + 2 and untied 3^d·n + 2 intrinsic parameters, one function",
    (d, n) => {
      const f = gallery.smooth(d);
      const tied = approximateUniform(f, { n });
      const untied = approximateUniform(f, { n, copies: "untied" });
      expect(countParameters(tied.network)).toMatchObject({
        intrinsic: n + 2,
        intrinsicUntied: 3 ** d * n + 2,
      });
      expect(countParameters(untied.network)).toMatchObject({
        intrinsic: 3 ** d * n + 2,
        intrinsicUntied: 3 ** d * n + 2,
      });
      expect(Object.keys(untied.intrinsic)).toEqual(untied.network.intrinsic);
      expect(untied.network.intrinsic[n]).toBe(n < 3 ** d * n ? "a1@1" : "s");
      const points = fc.sample(anyHardPoint(tied.grid), 20);
      expectEvaluatesNetwork(untied, points.slice(0, 5));
      expect(untied.evaluate(Float64Array.from(points.flat()))).toEqual(
        tied.evaluate(Float64Array.from(points.flat())),
      );
    },
  );

  test.each(sizes)("d = %i, n = %i: below the paper's sizes", (d, n) => {
    const { phiIn, phiOut } = approximateUniform(gallery.smooth(d), { n }).parts;
    expect(countParameters(phiIn).nonzero).toBeLessThanOrEqual(3 ** d * 2 ** (d * n + 5));
    expect(countParameters(phiOut).nonzero).toBeLessThanOrEqual(3 ** d * 2 ** (d * n + 8) * n);
  });

  test("(d, n) = (2, 4): 13,000 entries by Theorem 2.1, 119,000 by 2.2; (1, 10): 132,000", () => {
    const f = gallery.eggBox();
    expect(countParameters(approximateLp(f, { n: 4 }).network).nonzero).toBe(947 + 12336 + 6);
    expect(countParameters(approximateUniform(f, { n: 4 }).network).nonzero).toBe(
      9 * (947 + 12336 + 4) + 4 * 15 + 2,
    );
    expect(countParameters(approximateLp(gallery.kink(), { n: 10 }).network).nonzero).toBe(132221);
  });

  test.each(cases)(
    "d = %i, n = %i, %s: networks of two targets differ in named entries only",
    (d, n, variant) => {
      const [f, g] = fc.sample(anyLipschitz(d), 2) as [Target, Target];
      for (const copies of ["tied", "untied"] as const)
        expectIndependentOfTarget(
          approximateUniform(f, { n, variant, copies }),
          approximateUniform(g, { n, variant, copies }),
        );
    },
  );

  test("Lipschitz: the bound is 5λ√d·2^−n, ours at most λ√d·2^−n", () => {
    for (const [d, n] of sizes) {
      const f = gallery.kink(d);
      expect(approximateUniform(f, { n }).bound).toBeLessThanOrEqual(
        5 * Math.sqrt(d) * 2 ** -n * (1 + 1e-12),
      );
      expect(approximateUniform(f, { n, variant: "centred" }).bound).toBeLessThanOrEqual(
        Math.sqrt(d) * 2 ** -n * (1 + 1e-12),
      );
    }
  });

  test("a Hölder target with a small exponent and n = 1 breaks constant 1, so the bound is the sum itself", () => {
    const f = target((x) => x[0]! ** 0.1, { dimension: 1, holder: { lambda: 1, alpha: 0.1 } });
    const { bound } = approximateUniform(f, { n: 1, variant: "centred" });
    expect(bound).toBeGreaterThan(2 ** -0.1);
  });

  test.each([
    [{ n: 2, copies: "some" }, /"tied" or "untied"; got "some"/],
    [{ n: 2, variant: "x" }, /"paper" or "centred"/],
    [{ n: 2, delta: 0.2 }, /delta must be at most/],
    [{ n: 0 }, /n must be a positive integer/],
  ])("options %j are refused", (options, message) => {
    expect(() => approximateUniform(gallery.kink(), options as never)).toThrow(message);
  });

  test("a modulus that does not fall is refused", () => {
    const f = target(() => 0, { dimension: 1, modulus: () => 1 });
    expect(() => approximateUniform(f, { n: 2 })).toThrow(/does not fall enough/);
  });
});
