import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Approximation,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  type Certificate,
  certifyError,
  certifyErrorAsync,
  gallery,
  isTrifling,
  target,
} from "../../../src/theory";
import { anyHardPoint, anyLipschitz } from "../expectations";

const line = target((x) => x[0]!, { dimension: 1, lipschitz: 1, title: "line" });

/** On each cube [k/K, end] φ is a constant c and f(x) = x: the integral of |x − c|^p in closed form. */
function lineCubes(phi: Approximation) {
  const { K, delta } = phi.grid;
  return Array.from({ length: K }, (_, k) => ({
    from: k / K,
    to: k === K - 1 ? 1 : (k + 1) / K - delta,
    c: phi.evaluate(Float64Array.of(k / K))[0]!,
  }));
}
const power = (t: number, p: number) => (Math.sign(t) * Math.abs(t) ** (p + 1)) / (p + 1);

function expectEncloses({ lower, upper }: Certificate, value: number) {
  expect(lower).toBeLessThanOrEqual(value * (1 + 1e-13));
  expect(upper).toBeGreaterThanOrEqual(value * (1 - 1e-13));
}

describe("certifyError", () => {
  test("encloses the supremum of |φ − x| off Ω, known in closed form, as tightly as asked", () => {
    for (const n of [1, 3, 6]) {
      const phi = approximateLp(line, { n });
      const sup = Math.max(
        ...lineCubes(phi).map(({ from, to, c }) => Math.max(Math.abs(from - c), Math.abs(to - c))),
      );
      for (const tolerance of [1e-2, 1e-5]) {
        const result = certifyError(phi, { norm: Infinity, region: "good", tolerance });
        expectEncloses(result, sup);
        expect(result.converged).toBe(true);
        expect(result.upper - result.lower).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  test("encloses the L^p norm off Ω, known in closed form", () => {
    for (const p of [1, 2, 3.5]) {
      const phi = approximateLp(line, { n: 3, p });
      const norm =
        lineCubes(phi).reduce((sum, { from, to, c }) => sum + power(to - c, p) - power(from - c, p), 0) **
        (1 / p);
      const result = certifyError(phi, { region: "good", tolerance: 1e-3 });
      expectEncloses(result, norm);
      expect(result.converged).toBe(true);
    }
  });

  const constructions: [string, Approximation][] = [
    ["2.1 in one dimension", approximateLp(gallery.weierstrass(), { n: 4 })],
    ["2.1 in two", approximateLp(gallery.hills(), { n: 3, variant: "centred" })],
    ["2.2 in one", approximateUniform(gallery.oscillating(), { n: 5 })],
    ["2.2 in two", approximateUniform(gallery.eggBox(), { n: 3, variant: "centred" })],
    ["2.3 in one", approximateThreeParameters(gallery.steps(), { n: 4 })],
    ["2.3 in three", approximateThreeParameters(gallery.ball(), { n: 1 })],
    ["delta in one", approximateDelta(gallery.kink(), { n: 6 })],
    ["delta in two", approximateDelta(gallery.hills(), { n: 4 })],
    ["continuous in one", approximateContinuous(gallery.weierstrass(), { n: 5 })],
    ["continuous in two", approximateContinuous(gallery.hills(), { n: 3, parameters: "three" })],
    ["continuous in three", approximateContinuous(gallery.ball(), { n: 2 })],
    ["a continuous walk in one", approximateContinuous(gallery.steps(), { n: 5, parameters: "delta" })],
    ["a continuous walk in two", approximateContinuous(gallery.eggBox(), { n: 4, parameters: "delta" })],
  ];
  test.each(constructions)("%s: no point's error exceeds upper, some point's reaches lower", (_, phi) => {
    for (const region of ["all", "good"] as const) {
      const { lower, upper } = certifyError(phi, { norm: Infinity, region, maxCells: 40_000 });
      const points = fc.sample(anyHardPoint(phi.grid), { numRuns: 1500, seed: 11 });
      phi.evaluate(Float64Array.from(points.flat())).forEach((y, i) => {
        if (region === "good" && isTrifling(phi.grid, points[i]!)) return;
        expect(Math.abs(y - phi.target(points[i]!))).toBeLessThanOrEqual(upper);
      });
      expect(lower).toBeGreaterThan(0);
      expect(lower).toBeLessThanOrEqual(upper);
    }
  });

  test.each(constructions)("%s: the theorem's bound is not below a certified lower end", (_, phi) => {
    const { lower, upper } = certifyError(phi, { maxCells: 40_000 });
    expect(lower).toBeLessThanOrEqual(phi.bound);
    expect(upper).toBeGreaterThan(0);
  });

  test("off Ω a certificate proves the theorem's bound for random targets", () => {
    fc.assert(
      fc.property(anyLipschitz(1), fc.constantFrom("paper" as const, "centred" as const), (f, variant) => {
        const phi = approximateLp(f, { n: 3, variant });
        const { upper, converged } = certifyError(phi, { norm: Infinity, region: "good" });
        expect(converged).toBe(true);
        expect(upper).toBeLessThanOrEqual(phi.bound * 1.011);
      }),
      { numRuns: 15 },
    );
  });

  test("without strips a certificate of the supremum converges everywhere, to the bound or below", () => {
    for (const [f, n] of [
      [gallery.kink(), 6],
      [gallery.hills(), 3],
      [gallery.eggBox(), 3],
    ] as const)
      for (const parameters of ["few", "delta"] as const) {
        const phi = approximateContinuous(f, { n, parameters });
        const result = certifyError(phi, { tolerance: phi.bound / 10 });
        expect(result.converged).toBe(true);
        expect(result.upper).toBeLessThan(phi.bound * 1.1);
      }
  });

  test("without strips: the L² norm of |φ − x| in closed form", () => {
    const phi = approximateContinuous(line, { n: 3 });
    const square = Array.from({ length: 8 }, (_, k) => {
      const [a, b] = [k / 8, (k + 1) / 8].map((x) => phi.evaluate(Float64Array.of(x))[0]! - x) as [
        number,
        number,
      ];
      return (a * a + a * b + b * b) / 3 / 8;
    }).reduce((sum, each) => sum + each, 0);
    const result = certifyError(phi, { norm: 2, tolerance: 1e-3 });
    expectEncloses(result, Math.sqrt(square));
    expect(result.converged).toBe(true);
  });

  test("L^2 over the whole cube: the paper's bound is certified, Ω included", () => {
    const phi = approximateLp(gallery.eggBox(), { n: 3 });
    const { upper } = certifyError(phi, { tolerance: phi.bound / 20, maxCells: 60_000 });
    expect(upper).toBeLessThan(phi.bound);
  });

  test("for 2.1 the supremum over Ω is only enclosed by the range: converged is false", () => {
    const result = certifyError(approximateLp(gallery.kink(), { n: 3 }), { norm: Infinity, region: "all" });
    expect(result.converged).toBe(false);
    expect(result.upper).toBeGreaterThan(result.lower);
  });

  test("a constant is certified exactly", () => {
    const flat = target(() => 0.3, { dimension: 2, lipschitz: 0 });
    const result = certifyError(approximateUniform(flat, { n: 2 }), { tolerance: 1e-12 });
    expect(result).toMatchObject({ lower: 0, converged: true });
    expect(result.upper).toBeLessThan(1e-15);
  });

  test("stops at maxCells and at the time limit with a valid enclosure, and reports on its way", () => {
    const phi = approximateUniform(gallery.oscillating(), { n: 3 });
    const seen: number[] = [];
    const few = certifyError(phi, {
      tolerance: 1e-9,
      maxCells: 500,
      onProgress: ({ cells }) => seen.push(cells),
    });
    expect(few.cells).toBeLessThanOrEqual(500);
    expect(few.converged).toBe(false);
    expect(seen.length).toBeGreaterThan(1);
    const quick = certifyError(phi, { tolerance: 0, timeLimit: 0 });
    expect(quick.upper).toBeGreaterThanOrEqual(few.lower);
  });

  test("certifyErrorAsync gives the same certificate and stops when aborted", async () => {
    const phi = approximateUniform(gallery.kink(), { n: 3 });
    expect(await certifyErrorAsync(phi, { maxCells: 5000 })).toEqual(certifyError(phi, { maxCells: 5000 }));
    const control = new AbortController();
    const running = certifyErrorAsync(phi, {
      tolerance: 0,
      signal: control.signal,
      onProgress: () => control.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
  });

  test("certificates one after another, one inside of another and side by side do not see each other", async () => {
    const questions = [
      [approximateUniform(gallery.kink(), { n: 3 }), { region: "all", maxCells: 900 }],
      [approximateLp(gallery.hills(), { n: 3 }), { norm: 2, maxCells: 3000 }],
      [approximateLp(gallery.smooth(), { n: 4 }), { norm: Infinity, region: "good" }],
      [approximateContinuous(gallery.hills(), { n: 2 }), { maxCells: 2000 }],
      [approximateLp(gallery.ball(), { n: 1 }), { norm: 1, region: "good", maxCells: 9000 }],
    ] as const;
    const found = questions.map(([phi, options]) => certifyError(phi, { ...options, timeLimit: Infinity }));
    const again = (at: number) => {
      const [phi, options] = questions[at]!;
      let inside: unknown;
      const onProgress = () => {
        const [other, otherOptions] = questions[(at + 1) % questions.length]!;
        inside ??= certifyError(other, { ...otherOptions, timeLimit: Infinity });
      };
      const certificate = certifyError(phi, { ...options, timeLimit: Infinity, onProgress });
      return { certificate, inside };
    };
    for (let at = questions.length - 1; at >= 0; at--)
      expect(again(at)).toEqual({ certificate: found[at], inside: found[(at + 1) % questions.length] });
    const atOnce = questions.map(([phi, options]) =>
      certifyErrorAsync(phi, { ...options, timeLimit: Infinity, tolerance: 0, maxCells: 60_000 }),
    );
    const apart = questions.map(([phi, options]) =>
      certifyError(phi, { ...options, timeLimit: Infinity, tolerance: 0, maxCells: 60_000 }),
    );
    expect(await Promise.all(atOnce)).toEqual(apart);
  });

  test("a modulus that samples contradict is refused with both points", () => {
    // The jump lies where neither target() nor the cubes' corners look.
    const jump = target((x) => (x[0]! > 0.4 && x[0]! < 0.405 ? 1 : 0), { dimension: 1, lipschitz: 0.5 });
    const phi = approximateLp(jump, { n: 3 });
    expect(() => certifyError(phi, { region: "good", norm: Infinity, tolerance: 1e-4 })).toThrow(
      /contradicted/,
    );
  });

  test.each([
    [{ norm: 0.5 }, /norm must be/],
    [{ region: "some" }, /region must be/],
    [{ tolerance: -1 }, /tolerance must be a number ≥ 0; got -1/],
    [{ timeLimit: Number.NaN }, /timeLimit/],
    [{ maxCells: 3 }, /The grid alone has 15 boxes/],
  ])("options %j are refused", (options, message) => {
    expect(() => certifyError(approximateLp(line, { n: 3 }), options as never)).toThrow(message);
  });

  /** Fails where f is asked again: what is refused is refused before any work. */
  function untouchable(): Approximation {
    let ready = false;
    const f = target(
      (x) => {
        if (ready) throw new Error("f was asked");
        return x[0];
      },
      { dimension: 1, lipschitz: 1 },
    );
    const phi = approximateLp(f, { n: 3 });
    ready = true;
    return phi;
  }

  test.each([[null], ["log"], [{}], [true]])(
    "onProgress %j is no function, and refused before f is asked",
    async (onProgress) => {
      const phi = untouchable();
      const message = "onProgress must be a function; got";
      expect(() => certifyError(phi, { onProgress } as never)).toThrow(message);
      await expect(certifyErrorAsync(phi, { onProgress } as never)).rejects.toThrow(message);
      await expect(certifyErrorAsync(phi)).rejects.toThrow("f was asked");
    },
  );

  test.each([
    [new AbortController(), "got an AbortController: give its signal."],
    [null, "got null."],
    ["stop", 'got "stop".'],
    [{ aborted: false }, "got an object with aborted."],
    [{ aborted: "no", throwIfAborted: () => {} }, "got an object with aborted, throwIfAborted."],
  ])("signal %j is no AbortSignal, and refused before f is asked", async (signal, got) => {
    const message = `signal must be an AbortSignal: new AbortController().signal; ${got}`;
    await expect(certifyErrorAsync(untouchable(), { signal } as never)).rejects.toThrow(
      new TypeError(message),
    );
  });

  test("a signal is an option of certifyErrorAsync alone", () => {
    const { signal } = new AbortController();
    expect(() => certifyError(untouchable(), { signal } as never)).toThrow(
      "certifyError has no option signal",
    );
  });
});
