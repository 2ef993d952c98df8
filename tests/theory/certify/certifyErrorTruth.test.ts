import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Approximation,
  abs,
  add,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  type Certificate,
  certifyError,
  compare,
  cubeOfIndex,
  type Dyadic,
  dyadic,
  fromNumber,
  multiply,
  nextUp,
  subtract,
  type Target,
  target,
  toNumber,
} from "../../../src/theory";
import { ZERO } from "../../../src/theory/exact/dyadic";
import { type Broken, brokenLine, cubeValue, exactNorm, type Piece, pieces, power } from "./exactTruth";

const make = {
  lp: approximateLp,
  uniform: approximateUniform,
  threeParameters: approximateThreeParameters,
  delta: approximateDelta,
  continuous: (f: Target, { n }: { n: number }) => approximateContinuous(f, { n }),
  continuousWalk: (f: Target, { n }: { n: number }) => approximateContinuous(f, { n, parameters: "delta" }),
};
/** Those whose φ is constant on each cube. */
const onCubes = ["lp", "uniform", "threeParameters", "delta"] as const;

/** Nothing but numbers, and the exact norm between them. */
function expectTrue(
  { lower, upper, converged }: Omit<Certificate, "cells">,
  compareWithTruth: (x: number) => number,
) {
  expect(lower).toBeGreaterThanOrEqual(0);
  expect(lower).toBeLessThan(Infinity);
  expect(upper).toBeGreaterThanOrEqual(lower);
  expect(typeof converged).toBe("boolean");
  expect(compareWithTruth(lower), `lower ${lower} is above the truth`).toBeLessThanOrEqual(0);
  if (upper < Infinity)
    expect(compareWithTruth(upper), `upper ${upper} is below the truth`).toBeGreaterThanOrEqual(0);
}
/** The theorem's bound as a certificate. */
const claimed = (phi: Approximation) => ({ lower: 0, upper: phi.bound, converged: true });

/** Heights of up to eight pieces, of any size that float64 has and s = 2ω can have. */
const anyHeights = fc
  .tuple(
    fc.oneof(fc.integer({ min: -1060, max: 1015 }), fc.constantFrom(-1074, -1073, -1000, -20, 0, 1014, 1015)),
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
  )
  .chain(([exponent, m, lifted]) =>
    fc
      .array(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(-1, 0, 1)), {
        minLength: 2 ** m + 1,
        maxLength: 2 ** m + 1,
      })
      // Far from 0 an ulp of f is no longer small beside its steps.
      .map((unit) =>
        unit.map(
          (y) =>
            (lifted ? 1 + y * 2 ** -30 : y) *
            2 ** Math.max(exponent, -1022) *
            2 ** Math.min(0, exponent + 1022),
        ),
      ),
  );

const anyCase = fc.record({
  heights: anyHeights,
  share: fc.constantFrom(1, 1 - 2 ** -41),
  jitter: fc.constantFrom(0, 1),
  construction: fc.constantFrom(...(Object.keys(make) as (keyof typeof make)[])),
  variant: fc.constantFrom("paper" as const, "centred" as const),
  n: fc.integer({ min: 1, max: 3 }),
  q: fc.option(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 40, max: 70 }))),
  region: fc.constantFrom("all" as const, "good" as const),
  norm: fc.oneof(
    fc.integer({ min: 1, max: 1000 }),
    fc.constantFrom(1, 2, 3, 27, 500, 1000, Infinity, Infinity),
  ),
  effort: fc.record(
    { tolerance: fc.constantFrom(0, 0.3), maxCells: fc.constantFrom(20, 400) },
    { requiredKeys: ["maxCells"] },
  ),
});

function build(
  {
    construction,
    n,
    variant,
    q,
  }: { construction: keyof typeof make; n: number; variant: "paper" | "centred"; q: number | null },
  { f }: Broken,
) {
  const delta = q === null ? {} : { delta: 2 ** -(n + 2 + q) };
  return make[construction](f, { n, ...delta, ...(construction !== "delta" && { variant }) });
}

describe("certificates against exact rational truth", () => {
  test("lower^p ≤ ‖φ − f‖^p ≤ upper^p for broken lines of every size, constructions, norms and regions", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        // Between strips' teeth of 2.1 and 2.2, of which there are 4^J, only small J can be integrated exactly.
        const few = each.region === "all" && (each.construction === "lp" || each.construction === "uniform");
        const n = few ? Math.min(each.n, each.norm > 60 ? 1 : 2) : each.n;
        const line = brokenLine(each.heights, each);
        const phi = build({ ...each, n }, line);
        const truth = exactNorm(pieces(phi, line, each.region), each.norm);
        const { norm, region, effort } = each;
        const options = { norm, region, ...effort };
        if (options.tolerance !== undefined) options.tolerance *= Math.min(phi.bound, 1e308);
        expectTrue(certifyError(phi, options), truth);
        // The theorem's bound itself, where it is for this norm and region.
        if (phi.bound < Infinity && (phi.region === "all" || region === "good") && norm <= phi.norm)
          expectTrue(claimed(phi), truth);
      }),
      { numRuns: process.env.CI ? 2000 : 150 },
    );
  }, 120_000);

  test("what the truth is computed from agrees with the networks, cubes and strips alike", () => {
    for (const construction of Object.keys(make) as (keyof typeof make)[])
      for (const variant of ["paper", "centred"] as const) {
        const line = brokenLine([0.1, 0.7, 0.2, 0.9, 0.9]);
        const phi = build(
          { construction, variant, n: construction.startsWith("continuous") ? 3 : 2, q: 0 },
          line,
        );
        const list = pieces(phi, line, "all");
        let x = { top: ZERO, bottom: 1n };
        let seen = 0;
        const next = (length: Piece["length"]) => ({
          top: add(multiply(x.top, dyadic(length.bottom)), multiply(length.top, dyadic(x.bottom))),
          bottom: x.bottom * length.bottom,
        });
        for (const { length, from } of list) {
          // Places m·2^e only: at others the network cannot be asked.
          const reduced = { top: x.top, bottom: x.bottom };
          if (reduced.top.m % reduced.bottom === 0n) {
            const place = dyadic(reduced.top.m / reduced.bottom, reduced.top.e);
            x = { top: place, bottom: 1n };
            const error = subtract(phi.evaluateExactly([place]), line.at(place));
            expect(compare(multiply(error, dyadic(from.bottom)), from.top)).toBe(0);
            seen++;
          }
          x = next(length);
        }
        expect(seen).toBeGreaterThan(6);
        expect(compare(x.top, dyadic(x.bottom))).toBe(0);
      }
  });

  test("in two and three dimensions: broken lines along one axis, off Ω, and everywhere for 2.3", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(2, 3), (each, dimension) => {
        const { norm, effort, construction } = each;
        // A walk through several rows depends on more than x₁.
        fc.pre(construction !== "continuousWalk");
        const region = construction === "threeParameters" ? each.region : "good";
        const line = brokenLine(each.heights, { ...each, dimension });
        const phi = build({ ...each, n: dimension === 3 ? 1 : Math.min(each.n, norm > 60 ? 1 : 2) }, line);
        const options = { norm, region, ...effort, maxCells: 600 };
        if (options.tolerance !== undefined) options.tolerance *= Math.min(phi.bound, 1e308);
        expectTrue(certifyError(phi, options), exactNorm(pieces(phi, line, region), norm));
      }),
      { numRuns: process.env.CI ? 1000 : 60 },
    );
  }, 120_000);

  test("f = αx + βy off Ω: the L^p norm and the supremum, exactly", () => {
    const size = fc.oneof(
      fc.constantFrom(1e-300, 1e-160, 1, 1e155, 1e300),
      fc.double({ min: 0.1, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.tuple(
          size,
          fc.double({ min: 0.01, max: 1, noNaN: true }),
          fc.double({ min: -1, max: -0.01, noNaN: true }),
        ),
        fc.constantFrom(...onCubes),
        fc.constantFrom(1, 2, 5, 60),
        ([scaling, a, b], construction, p) => {
          const [alpha, beta] = [fromNumber(a * scaling), fromNumber(b * scaling)];
          const at = (x: Dyadic, y: Dyadic) => add(multiply(alpha, x), multiply(beta, y));
          const f = target(([x, y]) => toNumber(at(fromNumber(x!), fromNumber(y!))), {
            dimension: 2,
            lipschitz: Math.hypot(a * scaling, b * scaling),
          });
          const phi = make[construction](f, { n: 1 });
          const edges = [0, 1].map(
            (k) =>
              [
                dyadic(BigInt(k), -1),
                k === 1 ? dyadic(1n) : subtract(dyadic(1n, -1), fromNumber(phi.delta)),
              ] as const,
          );
          let total = ZERO;
          let sup = ZERO;
          for (let j = 1; j <= 4; j++) {
            const value = cubeValue(phi, j);
            const [k, l] = cubeOfIndex(phi.grid, j) as [number, number];
            [0, 1].forEach((s) => {
              [0, 1].forEach((t) => {
                const error = abs(subtract(value, at(edges[k]![s]!, edges[l]![t]!)));
                if (compare(error, sup) > 0) sup = error;
                // |e|^{p+2}/((p+1)(p+2)αβ) is an antiderivative along both axes.
                const term = power(error, p + 2);
                total = s === t ? add(total, term) : subtract(total, term);
              });
            });
          }
          const slopes = multiply(multiply(alpha, beta), dyadic(BigInt((p + 1) * (p + 2))));
          const options = { region: "good", maxCells: 400 } as const;
          const inP = certifyError(phi, { norm: p, ...options });
          // αβ < 0.
          const against = (x: number) => -compare(multiply(power(fromNumber(x), p), slopes), total);
          expect(against(inP.lower)).toBeLessThanOrEqual(0);
          expect(against(inP.upper)).toBeGreaterThanOrEqual(0);
          const uniform = certifyError(phi, { norm: Infinity, ...options });
          expect(compare(fromNumber(uniform.lower), sup)).toBeLessThanOrEqual(0);
          expect(compare(fromNumber(uniform.upper), sup)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("what certificates once proved although it was false", () => {
  const linear = (slope: number) => brokenLine([0, slope]);
  test.each([
    ["x in a high norm", 1, 4, 500],
    ["x in the highest", 1, 4, 1000],
    ["1e−170·x, whose square underflows", 1e-170, 4, 2],
    ["1e−300·x", 1e-300, 3, 4],
    ["1e−320·x, of subnormal numbers", 1e-320, 2, 3],
    ["1e155·x, whose square overflows", 1e155, 4, 2],
    ["8e307·x, near the largest number", 8e307, 3, 9],
  ])("%s: neither [0, 0] nor Infinity, but true and tight", (_, slope, n, norm) => {
    const line = linear(slope);
    const phi = approximateLp(line.f, { n });
    const list = pieces(phi, line, "good");
    const certificate = certifyError(phi, { norm, region: "good" });
    expectTrue(certificate, exactNorm(list, norm));
    expect(certificate.lower).toBeGreaterThan(0.9 * certificate.upper);
  });

  test("strips narrower than half an ulp have their volume", () => {
    const half = target(() => 0.5, { dimension: 1, lipschitz: 1 });
    const phi = approximateLp(half, { n: 1, p: 27 });
    const [a, s] = [phi.intrinsic.a1!, phi.intrinsic.s!];
    expect(phi.delta).toBeLessThan(2 ** -54);
    // On half of the strip, at the least, φ is on the wrong level.
    expect(a.m).not.toBe(0n);
    expect(certifyError(phi, {}).upper).toBeGreaterThanOrEqual(0.2348);
    expect(certifyError(phi, {}).upper).toBeLessThan((2 * phi.delta) ** (1 / 27) * toNumber(s));
  });

  test("a function that sorts its argument is certified as what it is", () => {
    const formula = (x: ArrayLike<number>) => Math.max(x[0]!, x[1]!) - Math.min(x[0]!, x[1]!) / 4;
    const options = { dimension: 2, lipschitz: 1.1 };
    const [sorting, plain] = [
      target((x) => x.sort()[1]! - x[0]! / 4, options),
      target((x) => formula(x), options),
    ].map((f) => approximateLp(f, { n: 3, variant: "centred" }));
    for (const norm of [2, Infinity])
      for (const region of ["good", "all"] as const)
        expect(certifyError(sorting!, { norm, region, maxCells: 4000 })).toEqual(
          certifyError(plain!, { norm, region, maxCells: 4000 }),
        );
  });

  test("λ short by 2^−41 is granted, and carried: in certificates and in the theorems' bounds", () => {
    const line = brokenLine([0, 1], { share: 1 - 2 ** -41 });
    for (const construction of Object.keys(make) as (keyof typeof make)[])
      for (const n of [2, 5]) {
        const phi = build({ construction, variant: "centred", n, q: 50 }, line);
        const list = pieces(phi, line, "good");
        expectTrue(claimed(phi), exactNorm(list, Infinity));
        for (const norm of [Infinity, 40])
          expectTrue(certifyError(phi, { norm, region: "good", maxCells: 2 ** n }), exactNorm(list, norm));
      }
  });

  test("a spike of 4 ulp that no sample meets is below the upper end", () => {
    for (const height of [0.7, 1, 3e-310, 1e300]) {
      const ulp = nextUp(height) - height;
      const f = target((x) => (x[0] === 0.3 ? height + 4 * ulp : height), { dimension: 1, lipschitz: 0 });
      for (const construction of Object.keys(make) as (keyof typeof make)[]) {
        const phi = make[construction](f, { n: 2 });
        const { lower, upper, converged } = certifyError(phi, { norm: Infinity });
        expect(lower).toBe(0);
        expect(upper).toBeGreaterThanOrEqual(4 * ulp);
        expect(upper).toBeLessThanOrEqual(20 * ulp);
        expect(phi.bound).toBeGreaterThanOrEqual(4 * ulp);
        expect(converged).toBe(true);
      }
    }
  });

  test("a constant converges in its first round, in every norm and with the default tolerance", () => {
    for (const value of [0, 0.3, -1e-310, 1e308])
      for (const construction of Object.keys(make) as (keyof typeof make)[])
        for (const norm of [1, 2, 1000, Infinity]) {
          const f = target(() => value, { dimension: 2, lipschitz: 0 });
          const result = certifyError(make[construction](f, { n: 2 }), { norm });
          expect(result).toMatchObject({ lower: 0, converged: true });
          expect(result.cells).toBeLessThanOrEqual(49);
          // Nothing is gained by cutting, whatever is asked.
          expect(certifyError(make[construction](f, { n: 2 }), { norm, tolerance: 0 }).cells).toBe(
            result.cells,
          );
        }
  });

  test("p-th powers far apart in size leave the smaller ones' place to the larger: norms grow with p", () => {
    const line = brokenLine([0, 1, 0.25]);
    const phi = approximateLp(line.f, { n: 3, variant: "centred" });
    const certificates = [1, 1.5, 2, 10, 1e3, 1e6, 1e100, 1e300, Infinity].map((norm) =>
      certifyError(phi, { norm, region: "good", tolerance: 1e-3, maxCells: 20_000 }),
    );
    certificates.forEach(({ lower, converged }, i) => {
      expect(converged).toBe(true);
      // A norm on a set of measure below 1 is below every later one.
      for (const later of certificates.slice(i)) expect(lower).toBeLessThanOrEqual(later.upper);
    });
    expect(() => certifyError(phi, { norm: 1e301 })).toThrow(/norm must be .* or Infinity; got 1e\+301/);
  });
});
