import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approximateDelta,
  approximateLp,
  countParameters,
  createGrid,
  cubeOfIndex,
  evaluateNetwork,
  gallery,
  serpentineNetwork,
  serpentinePositions,
  type Target,
  target,
  toNumber,
  walkSerpentine,
} from "../../../src/theory";
import {
  anyHardPoint,
  anyLipschitz,
  expectEvaluatesNetwork,
  expectIndependentOfTarget,
  expectWithinBound,
  sizesUpTo,
} from "../expectations";

const sizes = sizesUpTo(64);

describe("the serpentine", () => {
  test.each(sizes)("d = %i, n = %i: visits every cube once, neighbours one after another", (d, n) => {
    const grid = createGrid(d, n, 0);
    const at: number[][] = [];
    serpentinePositions(grid).forEach((k, j) => {
      expect(at[k]).toBeUndefined();
      at[k] = cubeOfIndex(grid, j + 1);
    });
    expect(at.length).toBe(grid.J + 1);
    for (let k = 2; k <= grid.J; k++)
      expect(at[k]!.reduce((sum, digit, i) => sum + Math.abs(digit - at[k - 1]![i]!), 0)).toBe(1);
  });

  test.each(sizes)(
    "d = %i, n = %i: its network is the position at every index, within [1, J] between",
    (d, n) => {
      const grid = createGrid(d, n, 0);
      const network = serpentineNetwork(grid);
      const positions = serpentinePositions(grid);
      for (let j = 1; j <= grid.J; j++) {
        expect(toNumber(evaluateNetwork(network, [j])[0]!)).toBe(positions[j - 1]);
        const between = toNumber(evaluateNetwork(network, [Math.min(j + 0.375, grid.J)])[0]!);
        expect(between).toBeGreaterThanOrEqual(1);
        expect(between).toBeLessThanOrEqual(grid.J);
      }
    },
  );

  test("the walk stays within η of the samples", () => {
    fc.assert(
      fc.property(anyLipschitz(2), (f) => {
        const grid = createGrid(2, 3, 0);
        const { eta, sums, positions, w1 } = walkSerpentine(f, grid);
        const [step, start] = [toNumber(eta), toNumber(w1)];
        positions.forEach((k, j) => {
          const centre = cubeOfIndex(grid, j + 1).map((digit) => (digit + 0.5) / grid.K);
          expect(Math.abs(start + step * sums[k - 1]! - f(centre))).toBeLessThanOrEqual(
            step * (1 + 1e-12) + 1e-14,
          );
        });
      }),
    );
  });
});

describe("approximateDelta", () => {
  test.each(sizes)("d = %i, n = %i: evaluate equals the network everywhere", (d, n) => {
    fc.assert(
      fc.property(anyLipschitz(d), fc.boolean(), fc.integer(), (f, wide, seed) => {
        const phi = approximateDelta(f, { n, ...(wide && { delta: 2 ** (-n - 2) }) });
        expectEvaluatesNetwork(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 10, seed }));
      }),
      { numRuns: 8 },
    );
  });

  test.each(sizes)(
    "d = %i, n = %i: the error off Ω is within the bound, a Lipschitz one λ2^−n(√d/2 + 1)",
    (d, n) => {
      fc.assert(
        fc.property(anyLipschitz(d), fc.integer(), (f, seed) => {
          const phi = approximateDelta(f, { n });
          expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 150, seed }), false);
          const bound = f.omega(1) * 2 ** -n * (Math.sqrt(d) / 2 + 1);
          expect(phi.bound).toBeLessThanOrEqual(bound * (1 + 1e-12));
          expect(phi.bound).toBeLessThan(approximateLp(f, { n }).bound);
        }),
        { numRuns: 12 },
      );
    },
  );

  test.each(sizes)(
    "d = %i, n = %i: v, eta, w1 (eta in two places), J − 1 bits, all else independent of f",
    (d, n) => {
      const [f, g] = fc.sample(anyLipschitz(d), 2) as [Target, Target];
      const phi = approximateDelta(f, { n });
      expectIndependentOfTarget(phi, approximateDelta(g, { n }));
      expect(phi.network.intrinsic).toEqual(["v", "eta", "w1"]);
      expect(Object.keys(phi.intrinsic)).toEqual(["v", "eta", "w1"]);
      expect(countParameters(phi.network)).toMatchObject({ intrinsic: 3, intrinsicUntied: 4 });
      expect(phi.bits).toBe(2 ** (d * n) - 1);
    },
  );

  test("Hölder targets keep the bound off Ω, a constant is met exactly", () => {
    for (const f of [gallery.holderHalf(), gallery.weierstrass()]) {
      const phi = approximateDelta(f, { n: 7 });
      expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 400, seed: 1 }), false);
    }
    const flat = approximateDelta(
      target(() => 0.7, { dimension: 2, lipschitz: 0 }),
      { n: 2 },
    );
    expect(flat.bound).toBeLessThan(1e-15);
    expect([...flat.evaluate(Float64Array.of(0.1, 0.9, 0.25, 0.2499))]).toEqual([0.7, 0.7]);
  });

  test("three parameters, J bits, far below the paper's bound: (1, 10), (2, 6), (3, 4)", () => {
    for (const [f, n] of [
      [gallery.smooth(1), 10],
      [gallery.smooth(2), 6],
      [gallery.smooth(3), 4],
    ] as const) {
      const phi = approximateDelta(f, { n });
      const points = fc.sample(anyHardPoint(phi.grid), { numRuns: 2000, seed: 3 });
      expectWithinBound(phi, points, false);
      expect(phi.bound).toBeLessThan(approximateLp(f, { n }).bound / 2);
    }
  });

  test("a network too large for memory is refused, its values are not", () => {
    const phi = approximateDelta(gallery.hills(), { n: 9 });
    expect(
      Math.abs(phi.evaluate(Float64Array.of(0.3, 0.35))[0]! - gallery.hills()([0.3, 0.35])),
    ).toBeLessThan(phi.bound);
    expect(() => phi.network).toThrow(/would read 262143 bits/);
  });

  test("options out of range are refused", () => {
    expect(() => approximateDelta(gallery.kink(), { n: 0.5 })).toThrow(/n must be/);
    expect(() => approximateDelta(gallery.kink(), { n: 3, delta: 0.1 })).toThrow(/delta/);
    expect(() => approximateDelta(null as never, { n: 3 })).toThrow(/made by target/);
  });
});
