import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approximateLp,
  compare,
  countParameters,
  dyadic,
  gallery,
  isTrifling,
  networkFromJSON,
  networkToJSON,
  nextUp,
  target,
  toNumber,
} from "../../../src/theory";
import { ZERO } from "../../../src/theory/exact/dyadic";
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

const sizes = sizesUpTo(64);
const cases = casesOf(sizes);
const wide = (n: number) => ({ delta: 2 ** (-n - 2) });

describe("approximateLp", () => {
  test.each(cases)(
    "d = %i, n = %i, %s: evaluate equals the network, off and on the trifling region",
    (d, n, variant) => {
      fc.assert(
        fc.property(anyLipschitz(d), fc.boolean(), fc.integer(), (f, narrow, seed) => {
          const phi = approximateLp(f, { n, variant, ...(narrow ? {} : wide(n)) });
          expectEvaluatesNetwork(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 12, seed }));
        }),
        { numRuns: 12 },
      );
    },
  );

  test.each([1, 2, 3, 4])(
    "d = 1, n = %i: evaluate equals the network at every corner, strip end and neighbour",
    (n) => {
      for (const variant of variants)
        for (const options of [{}, wide(n)]) {
          const phi = approximateLp(gallery.weierstrass(), { n, variant, ...options });
          expectEvaluatesNetwork(
            phi,
            hardCoordinates(phi.grid).map((x) => [x]),
          );
        }
    },
  );

  test.each(cases)("d = %i, n = %i, %s: the error off Ω is within the bound", (d, n, variant) => {
    fc.assert(
      fc.property(anyLipschitz(d), fc.integer(), (f, seed) => {
        const phi = approximateLp(f, { n, variant });
        expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 200, seed }), false);
      }),
      { numRuns: 20 },
    );
  });

  test.each(cases)("d = %i, n = %i, %s: on Ω the value before s·+b stays in [0, 1)", (d, n, variant) => {
    const f = d === 1 ? gallery.weierstrass() : gallery.smooth(d);
    const phi = approximateLp(f, { n, variant, ...wide(n) });
    const [s, b] = [toNumber(phi.intrinsic.s!), toNumber(phi.intrinsic.b!)];
    fc.assert(
      fc.property(anyHardPoint(phi.grid), (x) => {
        const value = (phi.evaluate(Float64Array.from(x))[0]! - b) / s;
        expect(value).toBeGreaterThan(-1e-9);
        expect(value).toBeLessThan(1 - 2 ** -n + (variant === "centred" ? 2 ** (-n - 1) : 0) + 1e-9);
      }),
    );
  });

  test.each(sizes)(
    "d = %i, n = %i: the L^p error, estimated on both regions, is within the bound",
    (d, n) => {
      const f = d === 1 ? gallery.oscillating() : gallery.smooth(d);
      for (const variant of variants)
        for (const p of [1, 2, 3]) {
          const phi = approximateLp(f, { n, p, variant });
          const points = fc.sample(anyHardPoint(phi.grid), { numRuns: 300, seed: 7 });
          const errors = phi
            .evaluate(Float64Array.from(points.flat()))
            .map((y, i) => Math.abs(y - f(points[i]!)));
          const worst = (trifling: boolean) =>
            errors.reduce(
              (max, e, i) => (isTrifling(phi.grid, points[i]!) === trifling ? Math.max(max, e) : max),
              0,
            );
          const strips = d * phi.grid.K * phi.delta;
          expect((worst(false) ** p + strips * worst(true) ** p) ** (1 / p)).toBeLessThanOrEqual(phi.bound);
        }
    },
  );

  test.each(cases)(
    "d = %i, n = %i, %s: networks of two targets differ in named entries only",
    (d, n, variant) => {
      const [f, g] = fc.sample(anyLipschitz(d), 2) as [
        ReturnType<typeof gallery.kink>,
        ReturnType<typeof gallery.kink>,
      ];
      const [phi, psi] = [approximateLp(f, { n, variant }), approximateLp(g, { n, variant })];
      expectIndependentOfTarget(phi, psi);
      const names = [...Array.from({ length: n }, (_, i) => `a${i + 1}`), "s", "b"];
      expect(phi.network.intrinsic).toEqual(names);
      expect(Object.keys(phi.intrinsic)).toEqual(names);
    },
  );

  test.each(cases)(
    "d = %i, n = %i, %s: n + 2 intrinsic parameters, sizes as counted by hand and below the paper's",
    (d, n, variant) => {
      const phi = approximateLp(gallery.smooth(d), { n, variant });
      const { K, J } = phi.grid;
      const extra = variant === "centred" ? 1 : 0;
      const one = countParameters(phi.parts.phiIn).nonzero;
      const two = countParameters(phi.parts.phiOut).nonzero;
      expect(one).toBe(6 * d * (K - 1) + 3 * J - 1);
      expect(two).toBe(12 * n * J + 12 * n + extra);
      expect(one).toBeLessThanOrEqual(2 ** (d * n + 4));
      expect(two).toBeLessThanOrEqual(2 ** (d * n + 5) * n);
      expect(countParameters(phi.network)).toMatchObject({
        intrinsic: n + 2,
        intrinsicUntied: n + 2,
        nonzero: one + two + n + 2,
      });
    },
  );

  test("a Lipschitz target's bound is 5λ√d·2^−n, ours at most λ√d·2^−n", () => {
    for (const [d, n] of sizes) {
      const f = gallery.kink(d);
      const paper = approximateLp(f, { n }).bound;
      expect(paper).toBeGreaterThanOrEqual(5 * Math.sqrt(d) * 2 ** -n);
      expect(paper).toBeLessThan(5 * Math.sqrt(d) * 2 ** -n * (1 + 1e-12));
      expect(approximateLp(f, { n, variant: "centred" }).bound).toBeLessThanOrEqual(
        Math.sqrt(d) * 2 ** -n * (1 + 1e-12),
      );
    }
  });

  test("a_ℓ lies in [0, 1/3) and 4^J·a_ℓ is an integer", () => {
    fc.assert(
      fc.property(anyLipschitz(1), fc.constantFrom(...variants), (f, variant) => {
        const phi = approximateLp(f, { n: 3, variant });
        for (const [name, a] of Object.entries(phi.intrinsic)) {
          if (!name.startsWith("a")) continue;
          expect(a.m >= 0n && a.e >= -2 * phi.grid.J).toBe(true);
          expect(compare(dyadic(3n * a.m, a.e), dyadic(1n))).toBe(-1);
        }
      }),
    );
  });

  test("a constant has s = 0 and all bits 0, and is met exactly", () => {
    const phi = approximateLp(
      target(() => 0.1, { dimension: 2, lipschitz: 0 }),
      { n: 2 },
    );
    expect(phi.intrinsic).toMatchObject({ a1: ZERO, a2: ZERO, s: ZERO });
    // What is granted to rounding in f is in the bound: 4 ulp, and no more than a few times that.
    expect(phi.bound).toBeGreaterThanOrEqual(4 * (nextUp(0.1) - 0.1));
    expect(phi.bound).toBeLessThan(1e-15);
    const points = fc.sample(anyHardPoint(phi.grid), 30);
    expect([...phi.evaluate(Float64Array.from(points.flat()))]).toEqual(points.map(() => 0.1));
    expectEvaluatesNetwork(phi, points);
    expect(countParameters(phi.network)).toMatchObject({
      intrinsic: 4,
      nonzero: countParameters(approximateLp(gallery.smooth(2), { n: 2 }).network).nonzero,
    });
  });

  test("Hölder targets and moduli given as functions keep their bound", () => {
    const root = target((x) => Math.sqrt(x[0]!), { dimension: 1, modulus: (r) => Math.sqrt(r) });
    for (const f of [gallery.holderHalf(), gallery.weierstrass(), root])
      for (const variant of variants) {
        const phi = approximateLp(f, { n: 6, variant });
        expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), 500), false);
      }
    const phi = approximateLp(gallery.holderHalf(), { n: 6 });
    expect(phi.bound).toBeLessThanOrEqual(5 * 2 ** (-6 / 2));
  });

  test("J = 65,536 cubes: the whole network is made of few layers and keeps its equalities", () => {
    const { network } = approximateLp(gallery.hills(), { n: 8 });
    expect(countParameters(network).nonzero).toBe(
      6 * 2 * 255 + 3 * 65536 - 1 + 12 * 8 * 65536 + 12 * 8 + 8 + 2,
    );
    expect(new Set(network.layers).size).toBeLessThan(12);
  });

  test("a network written to JSON and read back gives the same values", () => {
    const phi = approximateLp(gallery.kink(), { n: 3 });
    const copy = networkFromJSON(JSON.stringify(networkToJSON(phi.network)));
    expect(copy).toEqual(phi.network);
  });

  test("p and a given delta move δ, f does not", () => {
    const delta = (options: object) => approximateLp(gallery.kink(), { n: 3, ...options }).delta;
    expect(delta({ p: 1 })).toBe(2 ** -7);
    expect(delta({ p: 2 })).toBe(2 ** -11);
    expect(delta({ p: 2, variant: "centred" })).toBe(2 ** -17);
    expect(delta({ delta: 0.03 })).toBe(2 ** -6);
    expect(delta({ delta: 2 ** -40 })).toBe(2 ** -40);
    const wider = approximateLp(gallery.kink(), { n: 3, delta: 2 ** -5 });
    expect(wider.bound).toBeGreaterThan(approximateLp(gallery.kink(), { n: 3 }).bound);
  });

  test("nothing of an approximation can be changed", () => {
    const phi = approximateLp(gallery.kink(), { n: 2 });
    for (const part of [phi, phi.grid, phi.intrinsic, phi.network, phi.parts])
      expect(Object.isFrozen(part)).toBe(true);
  });

  test.each([
    [{ n: 0 }, /n must be a positive integer .* got 0/],
    [{ n: 1.5 }, /got 1.5/],
    [{}, /n must be a positive integer .* got undefined/],
    [{ n: 25 }, /d·n must be at most 24.*choose n ≤ 24/],
    [{ n: 2, p: 0.5 }, /p must be .* got 0.5/],
    [{ n: 2, p: Infinity }, /approximateUniform/],
    [{ n: 2, p: Number.NaN }, /got NaN/],
    [{ n: 10, p: 100 }, /δ = 2\^−1110/],
    [{ n: 2, delta: 0.1 }, /delta must be at most 1\/\(3K\)/],
    [{ n: 2, delta: 0 }, /delta must be a positive number/],
    [{ n: 2, variant: "own" }, /"paper" or "centred"; got "own"/],
  ])("options %j are refused", (options, message) => {
    expect(() => approximateLp(gallery.kink(), options as never)).toThrow(message);
  });

  test("points outside the cube, NaN and wrong lengths are refused by index", () => {
    const phi = approximateLp(gallery.kink(2), { n: 2 });
    expect(() => phi.evaluate(Float64Array.of(0, 0, 0.5, 1.1))).toThrow(/Point 1, coordinate 1: .* got 1.1/);
    expect(() => phi.evaluate(Float64Array.of(Number.NaN, 0))).toThrow(/Point 0, coordinate 0: .* got NaN/);
    expect(() => phi.evaluate(Float64Array.of(0, 0, 1))).toThrow(/N×2 coordinates; got 3/);
    expect(() => phi.evaluate([0, 0] as never)).toThrow(/expects a Float64Array/);
    expect(() => phi.evaluateExactly([0.5])).toThrow(/2 coordinates; got \[0\.5\]/);
    expect(() => phi.evaluateExactly([0.5, -0.1])).toThrow(/Coordinate 1: .* got -0.1/);
    expect(() => phi.evaluateExactly([0.5, Number.NaN])).toThrow(/got NaN/);
    expect(() => approximateLp(((x: number) => x) as never, { n: 1 })).toThrow(/made by target/);
  });

  test("samples that contradict the modulus are refused with both points", () => {
    const spike = target((x) => (x[0] === 0.546875 ? 1 : 0), { dimension: 1, lipschitz: 1 });
    expect(() => approximateLp(spike, { n: 6 })).toThrow(
      /contradicted: f\(0.53125\) = 0 and f\(0.546875\) = 1/,
    );
  });
});
