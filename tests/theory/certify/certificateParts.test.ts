import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  add,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateUniform,
  compare,
  type Dyadic,
  fromNumber,
  target,
} from "../../../src/theory";
import { largest } from "../../../src/theory/certify/largest";
import { carefulPace, portions } from "../../../src/theory/certify/portions";
import { logTerm, powerSum, rootAbove, rootBelow } from "../../../src/theory/certify/powerSum";
import { ZERO } from "../../../src/theory/exact/dyadic";
import { anyHardPoint } from "../expectations";
import { power } from "./exactTruth";

describe("sums of p-th powers", () => {
  const size = fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true });
  const near = fc.double({ min: 0.5, max: 2, noNaN: true });
  const values = fc.oneof(
    fc.array(size, { minLength: 1, maxLength: 6 }),
    fc
      .tuple(size, fc.array(near, { minLength: 1, maxLength: 40 }))
      .map(([x, factors]) => factors.map((y) => Math.min(x * y, Number.MAX_VALUE))),
  );

  test("the roots from below and above enclose (Σ 2^−v·x^p)^(1/p), exactly, and are close", () => {
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 0, max: 1200 }),
        (list, p, v) => {
          const [low, high] = [powerSum(), powerSum()];
          let exact: Dyadic = ZERO;
          for (const x of list) {
            low.add(logTerm(x, -v, p, 1, -1));
            high.add(logTerm(x, -v, p, 1, 1));
            exact = add(exact, power(fromNumber(x), p));
          }
          const whole = { m: exact.m, e: exact.e - v };
          const [below, above] = [rootBelow([low], p), rootAbove([high], p)];
          expect(below).toBeGreaterThanOrEqual(0);
          expect(below).toBeLessThan(Infinity);
          expect(compare(power(fromNumber(below), p), whole)).toBeLessThanOrEqual(0);
          if (above < Infinity) expect(compare(power(fromNumber(above), p), whole)).toBeGreaterThanOrEqual(0);
          if (above > 1e-300 && above < Infinity) expect(below / above).toBeGreaterThan(1 - 1e-10);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("sums in parts are the sum, nothing is 0, and an infinite term is infinite from above", () => {
    const [one, other, both] = [powerSum(), powerSum(), powerSum()];
    [0, 100, -3000, 5].forEach((t, i) => {
      (i % 2 === 0 ? one : other).add(t);
      both.add(t);
    });
    expect(rootAbove([one, other], 3)).toBeCloseTo(rootAbove([both], 3), 3);
    expect([rootBelow([powerSum()], 2), rootAbove([powerSum()], 2)]).toEqual([0, 0]);
    expect(logTerm(0, -5, 2, 1, 1)).toBe(-Infinity);
    both.add(logTerm(Infinity, -5, 2, 1, 1));
    expect(rootAbove([both], 2)).toBe(Infinity);
  });
});

describe("the largest", () => {
  test("are as many as there is room for, none smaller than one left out, in their order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ noNaN: true })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.nat(70),
        (sizes, places) => {
          const room = Math.max(1, places);
          const size = Float64Array.from(sizes);
          const candidates = sizes.map((_, i) => i).filter((i) => i % 3 !== 1);
          const chosen = largest(candidates, size, room);
          expect(chosen.length).toBe(Math.min(room, candidates.length));
          expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
          const left = candidates.filter((c) => !chosen.includes(c));
          for (const c of left)
            for (const taken of chosen) expect(size[taken]!).toBeGreaterThanOrEqual(size[c]!);
        },
      ),
    );
  });
});

describe("portions", () => {
  test("follow one another from 0 to the end and shrink where they take long", () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    let end = 0;
    const sizes: number[] = [];
    for (const [from, to] of portions(3000, 100, 4, carefulPace())) {
      expect(from).toBe(end);
      end = to;
      sizes.push(to - from);
      now += (to - from) * (from > 2000 ? 2 : 0.001);
    }
    vi.restoreAllMocks();
    expect(end).toBe(3000);
    expect(Math.max(...sizes)).toBe(100);
    expect(sizes[0]).toBe(1);
    expect(Math.max(...sizes.slice(-50))).toBeLessThanOrEqual(8);
    expect([...portions(0, 5)]).toEqual([]);
  });
});

describe("the range of an approximation", () => {
  test("holds all its values, on the strips too, and no more than it needs", () => {
    const f = target(([x, y]) => Math.abs(x! - 0.3) + y! / 3 - 0.4, { dimension: 2, lipschitz: 1.1 });
    for (const phi of [
      approximateLp(f, { n: 2 }),
      approximateLp(f, { n: 2, variant: "centred" }),
      approximateUniform(f, { n: 2 }),
      approximateDelta(f, { n: 3 }),
      approximateContinuous(f, { n: 2 }),
      approximateContinuous(f, { n: 2, parameters: "delta" }),
    ]) {
      const [least, most] = phi.range;
      const points = fc.sample(anyHardPoint(phi.grid), { numRuns: 500, seed: 5 });
      for (const value of phi.evaluate(Float64Array.from(points.flat()))) {
        expect(value).toBeGreaterThanOrEqual(least);
        expect(value).toBeLessThanOrEqual(most);
      }
      expect(most - least).toBeLessThanOrEqual(2 * f.omega(Math.SQRT2) + 1e-12);
    }
    const flat = target(() => 0.3, { dimension: 1, lipschitz: 0 });
    expect(approximateLp(flat, { n: 2 }).range).toEqual([0.3, 0.3]);
  });
});
