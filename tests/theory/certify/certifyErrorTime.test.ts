import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type Approximation,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  certifyError,
  certifyErrorAsync,
  gallery,
  target,
} from "../../../src/theory";

const TENTH = 100;
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the time of certifyError", () => {
  const costs: [string, (call: number) => number][] = [
    ["a microsecond", () => 0.001],
    ["5 ms", () => 5],
    ["40 ms", () => 40],
    ["a microsecond at first, then 3 ms", (call) => (call < 5000 ? 0.001 : 3)],
  ];
  test.each(costs)(
    "a limit holds within a tenth of a second, inside rounds too, where f takes %s",
    (_, cost) => {
      let now = 1e6;
      let calls = 0;
      vi.spyOn(performance, "now").mockImplementation(() => now);
      const f = target(
        ([x]) => {
          now += cost(calls++);
          return Math.abs(x! - 1 / 3);
        },
        { dimension: 1, lipschitz: 1 },
      );
      for (const phi of [approximateLp(f, { n: 11 }), approximateUniform(f, { n: 5 })])
        for (const norm of [2, Infinity])
          for (const region of ["good", "all"] as const) {
            const options = { norm, region, tolerance: 0, maxCells: 20_000 };
            const full = certifyError(phi, { ...options, timeLimit: Infinity });
            for (const timeLimit of [0, 30, 1000]) {
              const start = now;
              calls = 0;
              const { lower, upper } = certifyError(phi, { ...options, timeLimit });
              expect(now - start).toBeLessThanOrEqual(timeLimit + TENTH);
              expect(upper).toBeGreaterThanOrEqual(full.lower);
              expect(lower).toBeLessThanOrEqual(full.upper);
            }
          }
    },
  );

  test("before the first round has ended the range of φ gives an upper end", () => {
    const { kink, hills, ball } = gallery;
    for (const phi of [
      approximateLp(kink(), { n: 3, variant: "centred" }),
      approximateUniform(hills(), { n: 2 }),
      approximateThreeParameters(ball(), { n: 1 }),
      approximateDelta(kink(2), { n: 3 }),
      approximateContinuous(hills(), { n: 3 }),
    ]) {
      const options = { norm: Infinity, region: "all" } as const;
      const early = certifyError(phi, { ...options, timeLimit: 0 });
      expect(early).toMatchObject({ lower: 0, converged: false, cells: 0 });
      expect(early.upper).toBeGreaterThanOrEqual(certifyError(phi, { ...options, maxCells: 20_000 }).lower);
      expect(early.upper).toBeLessThan(8 * phi.target.omega(Math.sqrt(phi.grid.d)));
    }
  });

  test("an aborted signal is heard before any work", async () => {
    const phi = approximateLp(gallery.kink(), { n: 4 });
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(certifyErrorAsync(phi, { signal })).rejects.toThrow("never mind");
  });

  test("L^p rounds evaluate φ once a cube, the supremum elsewhere only on strips", () => {
    const phi = approximateLp(gallery.kink(), { n: 5 });
    let evaluated = 0;
    const counting: Approximation = Object.create(phi, {
      evaluate: {
        value: (points: Float64Array, options?: object) => {
          evaluated += points.length;
          return phi.evaluate(points, options);
        },
      },
    });
    for (const [norm, region] of [
      [2, "all"],
      [2, "good"],
      [Infinity, "good"],
    ] as const) {
      evaluated = 0;
      const { cells } = certifyError(counting, { norm, region, tolerance: phi.bound / 500, maxCells: 5000 });
      expect(cells).toBeGreaterThan(150);
      expect(evaluated).toBe(32);
    }
    evaluated = 0;
    certifyError(counting, { norm: Infinity, region: "all", maxCells: 63 });
    expect(evaluated).toBe(32 + 31);
  });
});
