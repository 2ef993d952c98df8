import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { certifyGeneralisation, certifyHeldOut, randomGenerator } from "../../../src/learning";
import { fromNumber } from "../../../src/theory";

/** P[Bin(N, p) ≤ k]·2^{Ne} for p = m·2^−e, in whole numbers. */
function scaledTail(N: number, k: number, p: number): { tail: bigint; whole: bigint } {
  const { m, e } = fromNumber(p);
  const [hit, one] = e < 0 ? [m, 1n << BigInt(-e)] : [m << BigInt(e), 1n];
  const miss = one - hit;
  let [choices, tail] = [1n, 0n];
  for (let i = 0; i <= k; i++) {
    tail += choices * hit ** BigInt(i) * miss ** BigInt(N - i);
    choices = (choices * BigInt(N - i)) / BigInt(i + 1);
  }
  return { tail, whole: one ** BigInt(N) };
}

/** Whether P[Bin(N, p) ≤ k] ≥ δ·2^{−L}, exactly, for whole L. */
function allowed(N: number, k: number, p: number, bits: number, delta: number): boolean {
  const { tail, whole } = scaledTail(N, k, p);
  const { m, e } = fromNumber(delta);
  return tail << BigInt(bits - e) >= m * whole;
}

/**
 * [N, k, L, δ, max{p : P[Bin(N, p) ≤ k] ≥ δ·2^{−L}}] by the decimal module of Python 3 with 70 digits: terms from
 * C(N, 0) on, one from the other, and 52 halvings of [k/N, 1].
 */
const LARGE: readonly (readonly [number, number, number, number, number])[] = [
  [60000, 4656, 1855, 0.05, 0.14487050179224992],
  [60000, 2400, 2800, 0.05, 0.11014606481744806],
  [60000, 1800, 1800, 0.05, 0.07831624396511896],
  [30000, 600, 550, 0.05, 0.05085555159093447],
  [60000, 0, 0, 0.05, 4.9927624800494286e-5],
  [10000, 762, 0, 0.05, 0.08070612379623224],
  [60000, 54000, 100, 0.01, 0.9139225787088274],
  [1000, 10, 20000, 0.05, 0.9999992172653231],
  [60000, 11400, 2500, 0.05, 0.29497342565472706],
  [1000000, 3, 12.5, 0.001, 2.3364712950334507e-5],
];

/** The same for L = 0 … 1000 by scipy.stats.beta.isf(δ·2^{−L}, k + 1, N − k) of scipy 1.17.1 (Clopper and Pearson 1934). */
const BY_SCIPY: readonly (readonly [number, number, number, number, number])[] = [
  [60000, 3000, 0, 0.05, 0.05148802683065354],
  [60000, 3000, 200, 0.05, 0.06617915631254737],
  [60000, 4656, 1000, 0.05, 0.12469116967601812],
  [30000, 600, 550, 0.05, 0.05085555159093468],
  [10000, 100, 0, 0.01, 0.01256758204869178],
  [100000, 50000, 20, 0.05, 0.5084402856524447],
  [1000000, 12345, 700, 0.001, 0.01611772347529117],
  [60000, 2, 400, 0.05, 0.0048369182663512015],
];

describe("certifyGeneralisation", () => {
  const small = fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([count, share]) => ({ count, errors: Math.floor(share * count) }));
  const someDelta = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });

  test("is excluded by exact arithmetic, and a value smaller by a share of 10^−9 is not", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 0, max: 200 }), someDelta, ({ errors, count }, bits, delta) => {
        const bound = certifyGeneralisation({ errors, count, bits, delta });
        if (errors === count) expect(bound).toBe(1);
        else if (bound < 1) expect(allowed(count, errors, bound, bits, delta)).toBe(false);
        expect(allowed(count, errors, bound * (1 - 1e-9), bits, delta)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each(LARGE)(
    "N = %d, k = %d, L = %d, δ = %d: above Python's value by less than 10^−9",
    (N, k, L, δ, p) => {
      const bound = certifyGeneralisation({ errors: k, count: N, bits: L, delta: δ });
      expect(bound).toBeGreaterThanOrEqual(p * (1 - 1e-15));
      expect(bound / p - 1).toBeLessThan(1e-9);
    },
  );

  test.each(BY_SCIPY)("N = %d, k = %d, L = %d, δ = %d: scipy's value to 10^−9", (N, k, L, δ, p) => {
    const bound = certifyGeneralisation({ errors: k, count: N, bits: L, delta: δ });
    expect(Math.abs(bound / p - 1)).toBeLessThan(1e-9);
  });

  test("the geometric series in place of far terms costs less than a share of 10^−9", () => {
    // k = 100,001 has one term in the series, k = 100,000 none.
    const [here, next] = [100_000, 100_001].map((errors) =>
      certifyGeneralisation({ errors, count: 1_000_000, bits: 1000, delta: 0.05 }),
    );
    expect(next - here).toBeGreaterThan(0.9e-6);
    expect(next - here).toBeLessThan(1.1e-6);
    const huge = certifyGeneralisation({ errors: 4e14, count: 4e15, bits: 10, delta: 0.05 });
    expect(huge).toBeGreaterThan(0.1);
    expect(huge).toBeLessThan(0.1 + 1e-6);
  });

  test("grows with errors, bits and certainty, and falls with images at one rate of errors", () => {
    const any = fc.record({
      count: fc.integer({ min: 2, max: 3000 }),
      share: fc.double({ min: 0, max: 0.9, noNaN: true }),
      bits: fc.double({ min: 0, max: 3000, noNaN: true }),
      delta: fc.double({ min: 1e-9, max: 0.4, noNaN: true }),
    });
    fc.assert(
      fc.property(any, ({ count, share, bits, delta }) => {
        const errors = Math.floor(share * count);
        const bound = certifyGeneralisation({ errors, count, bits, delta });
        const more = (change: object) =>
          certifyGeneralisation({ errors, count, bits, delta, ...change }) * (1 + 1e-9);
        expect(more({ bits: bits + 5 })).toBeGreaterThanOrEqual(bound);
        expect(more({ errors: errors + 1 })).toBeGreaterThanOrEqual(bound);
        expect(more({ delta: delta / 2 })).toBeGreaterThanOrEqual(bound);
        expect(more({})).toBeGreaterThan(certifyGeneralisation({ errors, count: 2 * count, bits, delta }));
      }),
      { numRuns: 60 },
    );
  });

  test("stays below what the weaker form kl(k/N ‖ p) ≤ (L ln 2 + ln 1/δ)/N gives", () => {
    const kl = (q: number, p: number) =>
      (q > 0 ? q * Math.log(q / p) : 0) + (1 - q) * Math.log((1 - q) / (1 - p));
    for (const [errors, bits] of [
      [1, 10],
      [1800, 1800],
      [4656, 1855],
    ]) {
      const p = certifyGeneralisation({ errors, count: 60_000, bits, delta: 0.05 });
      expect(kl(errors / 60_000, p)).toBeLessThan((bits * Math.LN2 + Math.log(20)) / 60_000);
    }
  });

  test("without a single error and without bits it is 1 − δ^{1/N}", () => {
    const bound = certifyGeneralisation({ errors: 0, count: 100, bits: 0, delta: 0.05 });
    expect(bound).toBeCloseTo(1 - 0.05 ** 0.01, 11);
    expect(certifyHeldOut({ errors: 0, count: 100, delta: 0.05 })).toBe(bound);
  });

  test.each([
    [{ count: 0 }, /count must be a whole number of images ≥ 1; got 0\./],
    [{ count: 2 ** 53 }, /count must be/],
    [{ errors: -1 }, /errors must be a whole number from 0 to 10; got -1\./],
    [{ errors: 11 }, /errors must be/],
    [{ errors: 0.5 }, /errors must be/],
    [{ bits: -1 }, /bits must be a finite number ≥ 0; got -1\./],
    [{ bits: Infinity }, /bits must be/],
    [{ bits: "3" }, /bits must be .*; got "3"\./],
    [{ bits: Number.NaN }, /bits must be/],
    [{ delta: 0 }, /delta must be a number between 0 and 1; got 0\./],
    [{ delta: 1 }, /delta must be/],
    [{ delta: "0.05" }, /delta must be/],
    [{ dleta: 1 }, /no option dleta/],
  ])("refuses %j", (wrong, message) => {
    const options = { errors: 1, count: 10, bits: 0, delta: 0.05, ...wrong };
    expect(() => certifyGeneralisation(options as never)).toThrow(message);
  });

  test("the held-out bound takes no bits", () => {
    expect(() => certifyHeldOut({ errors: 1, count: 10, bits: 3, delta: 0.05 } as never)).toThrow(
      /certifyHeldOut has no option bits/,
    );
  });
});

describe("over draws of the sample", () => {
  /**
   * Points uniform on [0, 1), labelled by x < ½ with a fifth of the labels turned. Classifier h ∈ {0 … 255} says
   * x < h/256 and has the code of 8 bits, so that Σ 2^{−L} = 1; its error is 0.2 + 0.6·|h/256 − ½|.
   */
  const [CLASSIFIERS, BITS, N, DRAWS, DELTA] = [256, 8, 100, 2000, 0.05];
  const truth = (h: number) => 0.2 + 0.6 * Math.abs(h / CLASSIFIERS - 0.5);

  /** Draws in which some classifier's error is above the bound that `bits` give. */
  function failures(bits: number): number {
    const random = randomGenerator(20);
    const bounds = Array.from({ length: N + 1 }, (_, errors) =>
      certifyGeneralisation({ errors, count: N, bits, delta: DELTA }),
    );
    let failed = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      // below[j]: what classifier j + 1 gains or loses in errors against classifier j.
      const change = new Int32Array(CLASSIFIERS + 1);
      let errors = 0;
      for (let i = 0; i < N; i++) {
        const x = random();
        const label = x < 0.5 !== random() < 0.2;
        // Classifier 0 says "no" everywhere; from h > 256x on, h says "yes" at x.
        if (label) errors++;
        change[Math.floor(x * CLASSIFIERS) + 1] += label ? -1 : 1;
      }
      let worst = false;
      for (let h = 0; h < CLASSIFIERS; h++) {
        errors += change[h];
        if (truth(h) > bounds[errors]) worst = true;
      }
      if (worst) failed++;
    }
    return failed;
  }

  test("the bound fails for the worst of all classifiers in no more than δ of them, by a binomial margin", () => {
    const margin = 3 * Math.sqrt(DRAWS * DELTA * (1 - DELTA));
    expect(failures(BITS)).toBeLessThan(DRAWS * DELTA + margin);
  });

  test("without paying for the choice among classifiers it fails far more often than that", () => {
    expect(failures(0)).toBeGreaterThan(3 * DRAWS * DELTA);
  });
});
