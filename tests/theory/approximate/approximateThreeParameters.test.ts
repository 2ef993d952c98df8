import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approximateThreeParameters,
  approximateUniform,
  bitReader,
  compose,
  countParameters,
  dyadic,
  evaluateNetwork,
  gallery,
  packBits,
  reluNetwork,
  type Target,
  toBinary,
} from "../../../src/theory";
import {
  anyHardPoint,
  anyLipschitz,
  casesOf,
  expectEvaluatesNetwork,
  expectIndependentOfTarget,
  expectWithinBound,
  sizesUpTo,
  variants,
} from "../expectations";

const sizes = sizesUpTo(16);
const cases = casesOf(sizes);

describe("bitReader", () => {
  const anyBits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 20 });

  test("packBits writes the bits behind the binary point", () => {
    expect(toBinary(packBits([0, 1, 1, 0, 1]))).toBe("0.01101");
    fc.assert(
      fc.property(anyBits, (bits) => {
        expect(packBits(bits)).toEqual(dyadic(BigInt(`0b${bits.join("")}`), -bits.length));
      }),
    );
  });

  test("an always open gate sums all bits, a closed one none", () => {
    fc.assert(
      fc.property(anyBits, (bits) => {
        const open = bits.map(() => ({ gate: [{ knot: 0, slope: 1 }], weight: dyadic(1n) }));
        const ones = bits.filter((bit) => bit === 1).length;
        const network = reluNetwork(bitReader(2, open));
        // gate(k) = σ(k): 1 at k = 1, 0 at k = 0.
        expect(evaluateNetwork(network, [1, 0, packBits(bits)])).toEqual(
          [1, 0, ones, 0].map((m) => dyadic(BigInt(m))),
        );
      }),
    );
  });
});

describe("approximateThreeParameters", () => {
  test.each(cases)("d = %i, n = %i, %s: evaluate equals the network everywhere", (d, n, variant) => {
    fc.assert(
      fc.property(anyLipschitz(d), fc.boolean(), fc.integer(), (f, wide, seed) => {
        const phi = approximateThreeParameters(f, { n, variant, ...(wide && { delta: 2 ** (-n - 2) }) });
        expectEvaluatesNetwork(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 10, seed }));
      }),
      { numRuns: 5 },
    );
  });

  test.each(cases)("d = %i, n = %i, %s: the error is within the bound everywhere", (d, n, variant) => {
    fc.assert(
      fc.property(anyLipschitz(d), fc.integer(), (f, seed) => {
        const phi = approximateThreeParameters(f, { n, variant });
        expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 150, seed }), true);
      }),
      { numRuns: 12 },
    );
  });

  test("Hölder targets keep the bound everywhere", () => {
    for (const f of [gallery.holderHalf(), gallery.weierstrass()])
      for (const variant of variants) {
        const phi = approximateThreeParameters(f, { n: 5, variant });
        expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 400, seed: 5 }), true);
      }
  });

  test.each(cases)(
    "d = %i, n = %i, %s: v, s, b, and networks of two targets differ in these only",
    (d, n, variant) => {
      const [f, g] = fc.sample(anyLipschitz(d), 2) as [Target, Target];
      const phi = approximateThreeParameters(f, { n, variant });
      expectIndependentOfTarget(phi, approximateThreeParameters(g, { n, variant }));
      expect(phi.network.intrinsic).toEqual(["v", "s", "b"]);
      expect(countParameters(phi.network)).toMatchObject({ intrinsic: 3, intrinsicUntied: 3 });
      expect(Object.keys(phi.intrinsic)).toEqual(["v", "s", "b"]);
    },
  );

  test("off Ω it is the same function as Theorem 2.2's", () => {
    const f = gallery.hills();
    const [three, many] = [approximateThreeParameters(f, { n: 3 }), approximateUniform(f, { n: 3 })];
    expect(three.bound).toBe(many.bound);
    expect(three.bits).toBe(many.bits);
    const corners = Float64Array.from(
      { length: 128 },
      (_, i) => ((i % 2 === 0 ? (i >> 1) % 8 : i >> 4) & 7) / 8,
    );
    expect(three.evaluate(corners)).toEqual(many.evaluate(corners));
  });

  test("ϕ(x, v) reads v as an input: another v is another function, through the same network", () => {
    const [f, g] = [gallery.kink(), gallery.steps()].map((target) =>
      approximateThreeParameters(target, { n: 3 }),
    ) as [ReturnType<typeof approximateThreeParameters>, ReturnType<typeof approximateThreeParameters>];
    const read = compose([f.parts.phiOut, g.parts.phiRange], { sign: "nonnegative" });
    for (const x of [0, 0.3, 0.55, 1]) {
      const index = evaluateNetwork(f.parts.phiIn, [x]);
      expect(evaluateNetwork(read, [...index, g.intrinsic.v!])).toEqual([g.evaluateExactly([x])]);
    }
  });

  test("(3, 2) takes about 60,000 stored entries", () => {
    const { network } = approximateThreeParameters(gallery.ball(), { n: 2 });
    expect(Math.round(countParameters(network).nonzero / 10000)).toBe(6);
    expect(countParameters(network).total).toBeGreaterThan(2e6);
  });

  test("a network too large for memory is refused, its values are not", () => {
    const phi = approximateThreeParameters(gallery.hills(), { n: 7 });
    expectWithinBound(phi, fc.sample(anyHardPoint(phi.grid), { numRuns: 300, seed: 2 }), true);
    expect(() => phi.network).toThrow(/would read 114688 bits/);
  });

  test("options out of range are refused", () => {
    expect(() => approximateThreeParameters(gallery.kink(), { n: -1 })).toThrow(/n must be/);
    expect(() => approximateThreeParameters(gallery.kink(), { n: 2, variant: "" as never })).toThrow(
      /variant/,
    );
  });
});
