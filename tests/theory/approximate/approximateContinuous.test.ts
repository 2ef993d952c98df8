import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Approximation,
  approximateContinuous,
  approximateLp,
  approximateUniform,
  type ContinuousOptions,
  countParameters,
  createLattice,
  type Dyadic,
  depthOf,
  equals,
  evaluateInFloats,
  fromNumber,
  gallery,
  hatNetwork,
  hatValue,
  multiply,
  networkFromJSON,
  networkToJSON,
  nodeCount,
  nodeOfIndex,
  scale,
  subtract,
  type Target,
  target,
  toNumber,
} from "../../../src/theory";
import {
  anyLatticePoint,
  anyLipschitz,
  expectEvaluatesNetwork,
  expectIndependentOfTarget,
  expectWithinBound,
  integer,
  latticeSizes,
  total,
} from "../expectations";

const ways = ["few", "three", "delta"] as const;
const cases = latticeSizes.flatMap(([d, n]) => ways.map((parameters) => [d, n, parameters] as const));

const points = (phi: { grid: { d: number; K: number } }, numRuns: number, seed: number) =>
  fc.sample(anyLatticePoint(phi.grid.d, phi.grid.K), { numRuns, seed });

describe("approximateContinuous", () => {
  test.each(cases)("d = %i, n = %i, %s: evaluate equals the network everywhere", (d, n, parameters) => {
    fc.assert(
      fc.property(anyLipschitz(d), fc.integer(), (f, seed) => {
        const phi = approximateContinuous(f, { n, parameters });
        expectEvaluatesNetwork(phi, points(phi, 10, seed));
      }),
      { numRuns: 4 },
    );
  });

  test.each(cases)(
    "d = %i, n = %i, %s: the bound holds everywhere, for Lipschitz targets with constant 1",
    (d, n, parameters) => {
      fc.assert(
        fc.property(anyLipschitz(d), fc.integer(), (f, seed) => {
          const phi = approximateContinuous(f, { n, parameters });
          expect([phi.region, phi.norm, phi.delta]).toEqual(["all", Infinity, 0]);
          expectWithinBound(phi, points(phi, 150, seed), true);
          const lambda = f.omega(1);
          const allowed = parameters !== "delta" ? Math.sqrt(d) : d === 1 ? 1 : 1 + Math.sqrt(d) / 2;
          expect(phi.bound).toBeLessThanOrEqual(lambda * allowed * 2 ** -n * (1 + 1e-12) + 1e-14);
          expect(phi.bound).toBeLessThan(approximateUniform(f, { n }).bound);
        }),
        { numRuns: 12 },
      );
    },
  );

  test.each(cases)(
    "d = %i, n = %i, %s: the parameters by name, all other entries independent of f",
    (d, n, parameters) => {
      const [f, g] = fc.sample(anyLipschitz(d), 2) as [Target, Target];
      const phi = approximateContinuous(f, { n, parameters });
      expectIndependentOfTarget(phi, approximateContinuous(g, { n, parameters }));
      const names = {
        few: [...Array.from({ length: n }, (_, l) => `a${l + 1}`), "s", "b"],
        three: ["v", "s", "b"],
        delta: ["v", "eta", "w1"],
      }[parameters];
      expect(phi.network.intrinsic).toEqual(names);
      expect(Object.keys(phi.intrinsic)).toEqual(names);
      const count = countParameters(phi.network);
      expect([count.intrinsic, count.intrinsicUntied]).toEqual([
        names.length,
        names.length + (parameters === "delta" ? 1 : 0),
      ]);
      const nodes = (2 ** n + 1) ** d;
      expect(phi.bits).toBe(parameters === "delta" ? nodes - 1 : n * nodes);
      expect(networkFromJSON(JSON.stringify(networkToJSON(phi.network)))).toEqual(phi.network);
    },
  );

  test.each(latticeSizes)(
    "d = %i, n = %i: φ interpolates its values at the nodes; few and three are one φ",
    (d, n) => {
      const [f] = fc.sample(anyLipschitz(d), 1) as [Target];
      const [few, three] = (["few", "three"] as const).map((parameters) =>
        approximateContinuous(f, { n, parameters }),
      );
      const { s, b } = few!.intrinsic as { s: Dyadic; b: Dyadic };
      const grid = few!.grid;
      const nodes = Array.from({ length: nodeCount(grid) }, (_, j) => nodeOfIndex(grid, j + 1));
      const level = (v: readonly number[]) => {
        const exact = few!.evaluateExactly(v.map((k) => k / grid.K));
        // (value − b)/s·2^n − ½ is an integer from 0 to 2^n − 1.
        const share = scale(subtract(exact, b), n + 1);
        const levels = Array.from({ length: 2 ** n }, (_, k) => multiply(s, integer(2 * k + 1)));
        const at = levels.findIndex((each) => equals(each, share));
        expect(at).toBeGreaterThanOrEqual(0);
        return exact;
      };
      const values = nodes.slice(0, 40).map(level);
      expect(values.length).toBeGreaterThan(1);
      for (const x of points(few!, 20, 7)) {
        const exact = few!.evaluateExactly(x);
        expect(three!.evaluateExactly(x)).toEqual(exact);
        if (nodes.length <= 40)
          expect(
            total(nodes.map((v, j) => multiply(hatValue(grid, v, x.map(fromNumber)), values[j]!))),
          ).toEqual(exact);
      }
    },
  );

  test("delta in one dimension: K bits, and the error is at most λ/K everywhere", () => {
    for (const f of [gallery.kink(), gallery.smooth(), gallery.oscillating(), gallery.steps()]) {
      const phi = approximateContinuous(f, { n: 7, parameters: "delta" });
      expect(phi.bits).toBe(128);
      expect(phi.bound).toBeLessThanOrEqual(f.omega(1 / 128) * (1 + 1e-11));
      expectWithinBound(phi, points(phi, 2000, 3), true);
    }
  });

  test("Hölder targets and moduli given as functions keep their bounds, a constant is met exactly", () => {
    const logarithmic = (concave: boolean) =>
      target((x) => (x[0]! === 0 ? 0 : -1 / Math.log(x[0]! / 8)), {
        dimension: 1,
        // −1/log(r/8) is concave and increasing up to r = 8/e², so it is its own modulus on [0, 1].
        modulus: (r) => (r === 0 ? 0 : -1 / Math.log(Math.min(r, 1) / 8)) * (1 + 1e-12),
        concave,
        title: "logarithmic",
      });
    const log = logarithmic(false);
    for (const parameters of ways)
      for (const f of [gallery.holderHalf(), gallery.weierstrass(), log, logarithmic(true)]) {
        const phi = approximateContinuous(f, { n: 6, parameters });
        expectWithinBound(phi, points(phi, 400, 1), true);
        const near = f.omega(2 ** -6 * (f === log ? 1 : 0.5));
        const coarse = parameters === "delta" ? f.omega(2 ** -6) : f.omega(1) * 2 ** -7;
        expect(phi.bound).toBeLessThanOrEqual((near + coarse) * (1 + 1e-9));
        const flat = approximateContinuous(
          target(() => 0.7, { dimension: 2, lipschitz: 0 }),
          { n: 2, parameters },
        );
        expect(flat.bound).toBeLessThan(1e-14);
        expect([...flat.evaluate(Float64Array.of(0.1, 0.9, 0.25, 0.2499))]).toEqual([0.7, 0.7]);
      }
  });

  test("large and small targets are rounded correctly, values that cancel too", () => {
    for (const size of [1e-300, 1e-320, 1e300, 1]) {
      const f = target((x) => (x[0]! - 0.5 + x[1]! / 3) * size, { dimension: 2, lipschitz: 1.1 * size });
      for (const parameters of ways) {
        const phi = approximateContinuous(f, { n: 2, parameters });
        expectEvaluatesNetwork(phi, points(phi, 20, 5));
      }
    }
  });

  test.each([
    [1, 4],
    [2, 2],
    [2, 3],
    [3, 1],
    [3, 2],
    [4, 1],
    [5, 1],
  ] as const)("d = %i, n = %i: about J₊(13d + 15n) parameters, fewer than Theorem 2.2 has", (d, n) => {
    const f = gallery.smooth(d);
    const [K, side] = [2 ** n, (2 ** n + 1) ** (d - 1)];
    const nodes = (K + 1) * side;
    const few = approximateContinuous(f, { n });
    expect(depthOf(few.network)).toBe(nodes + d + 5);
    const { nonzero } = countParameters(few.network);
    const each = 15 * n + (d === 1 ? 8 : 13 * d - 7);
    expect(nonzero).toBe(nodes * each - 2 * d * side - (9 - d) * n + (d * (d + 1)) / 2 + 2);
    const uniform = approximateUniform(f, { n });
    expect(nonzero).toBeLessThan(countParameters(uniform.network).nonzero / 2);
    expect(nonzero).toBeLessThan(3 ** d * 2 ** (d * n + 8) * n);
    const lp = approximateLp(f, { n });
    // Theorem 2.1 promises less: nothing on the strips. Its network is smaller.
    expect(nonzero).toBeGreaterThan(countParameters(lp.network).nonzero);
    expect(few.bound).toBeLessThan(lp.bound / 4);
    expect(few.bound).toBeLessThan(uniform.bound / 4);
  });

  test.each(cases)(
    "d = %i, n = %i, %s: cut into numbers of few digits it is the same φ",
    (d, n, parameters) => {
      const [f, g] = fc.sample(anyLipschitz(d), 2) as [Target, Target];
      const whole = approximateContinuous(f, { n, parameters });
      for (const digits of [1, 2, 7, 24]) {
        const cut = approximateContinuous(f, { n, parameters, digits });
        for (const x of points(cut, 3, digits))
          expect(cut.evaluateExactly(x)).toEqual(whole.evaluateExactly(x));
        const held = parameters === "few" ? cut.bits / n : cut.bits;
        const numbers = (parameters === "few" ? n : 1) * Math.ceil(held / digits);
        expect(Object.keys(cut.intrinsic).length).toBe(numbers + 2);
        expect(cut.network.intrinsic).toEqual(Object.keys(cut.intrinsic));
        for (const [name, { e }] of Object.entries(cut.intrinsic))
          if (/^[av]/.test(name)) expect(-e).toBeLessThanOrEqual(digits);
        expectIndependentOfTarget(cut, approximateContinuous(g, { n, parameters, digits }));
      }
    },
  );

  /** Nodes and points between them, all float32. */
  const float32Points = (d: number) =>
    fc.sample(
      fc.array(
        fc.oneof(
          fc.integer({ min: 0, max: 2 ** 24 }).map((k) => k / 2 ** 24),
          fc.integer({ min: 0, max: 64 }).map((k) => k / 64),
        ),
        { minLength: d, maxLength: d },
      ),
      { numRuns: 100, seed: 3 },
    );

  test.each([
    ["few", 1, 7],
    ["few", 2, 3],
    ["three", 1, 4],
    ["delta", 1, 7],
    ["delta", 2, 3],
  ] as const)(
    "%s, d = %i, n = %i: 24 digits are right in float32, 53 in float64, at nodes and between",
    (parameters, d, n) => {
      const worst = (digits: number, precision: "float32" | "float64") => {
        const phi = approximateContinuous(gallery.smooth(d), { n, parameters, digits });
        return Math.max(
          ...float32Points(d).map((x) =>
            Math.abs(
              evaluateInFloats(phi.network, x, precision)[0]! - phi.evaluate(Float64Array.from(x))[0]!,
            ),
          ),
        );
      };
      expect(worst(24, "float32")).toBeLessThan(1e-4);
      expect(worst(53, "float64")).toBeLessThan(1e-14);
      // Nobody promises that one digit more is wrong; here it is.
      if (parameters !== "few" || d > 1) return;
      expect(worst(25, "float32")).toBeGreaterThan(0.01);
      expect(worst(54, "float64")).toBeGreaterThan(0.01);
    },
  );

  test("12 digits are right in float32 to three decimals in whatever order a row is added up, 13 are not", () => {
    const inOrder = (phi: Approximation, x: number, backwards: boolean) => {
      let z = [x];
      for (const { width, weights, biases, activation } of phi.network.layers) {
        const terms = [
          ...weights.map(({ row, column, value }) => [
            row,
            Math.fround(Math.fround(toNumber(value)) * z[column]!),
          ]),
          ...biases.map(({ row, value }) => [row, Math.fround(toNumber(value))]),
        ] as [number, number][];
        const sums = new Array<number>(width).fill(0);
        for (const [row, term] of backwards ? terms.reverse() : terms)
          sums[row] = Math.fround(sums[row]! + term);
        z = activation === "relu" ? sums.map((sum) => Math.max(sum, 0)) : sums;
      }
      return z[0]!;
    };
    const worst = (digits: number, backwards: boolean) => {
      const phi = approximateContinuous(gallery.smooth(), { n: 6, digits });
      return Math.max(
        ...float32Points(1).map(([x]) =>
          Math.abs(inOrder(phi, x!, backwards) - phi.evaluate(Float64Array.of(x!))[0]!),
        ),
      );
    };
    expect(worst(12, false)).toBeLessThan(1e-6);
    expect(worst(12, true)).toBeLessThan(1e-3);
    expect(worst(13, true)).toBeGreaterThan(0.01);
  });

  test("a network too large for memory is refused, its values are not", () => {
    const phi = approximateContinuous(gallery.hills(), { n: 9 });
    const error = phi.evaluate(Float64Array.of(0.3, 0.35))[0]! - gallery.hills()([0.3, 0.35]);
    expect(Math.abs(error)).toBeLessThan(phi.bound);
    expect(() => phi.network).toThrow(/would read 263169 bits/);
  });

  test("options out of range are refused", () => {
    const f = gallery.kink(1);
    const refused = (options: unknown, message: RegExp) =>
      expect(() => approximateContinuous(f, options as ContinuousOptions)).toThrow(message);
    refused({ n: 0.5 }, /n must be/);
    refused({ n: 3, parameters: "one" }, /parameters must be "few", "three" or "delta"; got "one"/);
    refused({ n: 3, digits: 0 }, /digits must be an integer of at least 1; got 0/);
    refused({ n: 3, delta: 0.1 }, /has no option delta/);
    expect(() => approximateContinuous(gallery.smooth(8), { n: 3 })).toThrow(
      /at most 2\^25 nodes, \(2\^n \+ 1\)\^d; got 43046721/,
    );
    expect(() => approximateContinuous(null as never, { n: 3 })).toThrow(/made by target/);
    expect(() => hatNetwork(createLattice(2, 1), [0, 3])).toThrow(
      /coordinate 1 must be an integer from 0 to K = 2; got 3/,
    );
    expect(() => nodeOfIndex(createLattice(2, 1), 10)).toThrow(/from 1 to \(K\+1\)\^d = 9; got 10/);
  });
});
