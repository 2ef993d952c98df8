import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abs,
  checkModulus,
  classTarget,
  compare,
  fromNumber,
  gallery,
  imageTarget,
  nextDown,
  nextUp,
  spiralPoints,
  spiralTarget,
  subtract,
  type Target,
  target,
} from "../../../src/theory";
import { granted } from "../../../src/theory/target/checkModulus";

const picture = Float64Array.from({ length: 35 }, (_, i) => ((i * i * 7) % 31) / 31);
const everyTarget: [string, Target][] = [
  ...Object.entries(gallery).map(([name, build]) => [name, build()] as [string, Target]),
  ["smooth in 3 dimensions", gallery.smooth(3)],
  ["kink in 2 dimensions", gallery.kink(2)],
  ["image", imageTarget(picture, { width: 7, height: 5 })],
  ["spirals", spiralTarget({ count: 60 })],
];
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe("target", () => {
  test.each(everyTarget)("%s keeps its modulus at random pairs down to 1/1024 apart", (_, f) => {
    const point = fc.array(unit, { minLength: f.dimension, maxLength: f.dimension });
    fc.assert(
      fc.property(point, point, fc.integer({ min: 0, max: 10 }), (x, y, near) => {
        const z = x.map((t, i) => t + (y[i]! - t) * 2 ** -near);
        // Nearer than that, rounding inside f (1e-16) may outweigh the modulus' slack where f crosses 0.
        fc.pre(Math.hypot(...x.map((t, i) => t - z[i]!)) > 2 ** -10);
        checkModulus(f.omega, x, f(x), z, f(z));
      }),
    );
  });

  test("the gallery has at least eight functions in one, two and three dimensions", () => {
    const targets = Object.values(gallery).map((build) => build());
    expect(targets.length).toBeGreaterThanOrEqual(8);
    expect(new Set(targets.map((f) => f.dimension))).toEqual(new Set([1, 2, 3]));
  });

  test("omega is λr, λr^α or the given function", () => {
    expect(target((x) => x[0]!, { dimension: 1, lipschitz: 3 }).omega(0.5)).toBe(1.5);
    expect(target(() => 1, { dimension: 1, holder: { lambda: 3, alpha: 0.5 } }).omega(0.25)).toBe(1.5);
    expect(target(() => 1, { dimension: 1, modulus: (r) => r / (1 + r) }).omega(1)).toBe(0.5);
  });

  test("is frozen and takes arrays and typed arrays alike", () => {
    const f = target((x) => x[0]! + x[1]!, { dimension: 2, lipschitz: 2 });
    expect(Object.isFrozen(f)).toBe(true);
    expect(f([0.25, 0.5])).toBe(f(Float64Array.of(0.25, 0.5)));
  });

  test("f(x) = 0.3x does not contradict λ = 0.3, whatever rounding does", () => {
    const f = target((x) => 0.3 * x[0]!, { dimension: 1, lipschitz: 0.3 });
    fc.assert(fc.property(unit, unit, (x, y) => checkModulus(f.omega, [x], f([x]), [y], f([y]))));
  });

  test("a modulus that is said to be concave is kept with that, and refused with two distances if it is not", () => {
    const f = (modulus: (r: number) => number, concave?: boolean) =>
      target(() => 1, { dimension: 2, modulus, ...(concave !== undefined && { concave }) });
    expect(f(Math.sqrt, true).modulus).toMatchObject({ concave: true });
    expect("concave" in f(Math.sqrt, false).modulus).toBe(false);
    expect("concave" in f(Math.sqrt).modulus).toBe(false);
    for (const concave of [(r: number) => Math.min(3 * r, 1), (r: number) => r / (1 + r), () => 0.1])
      expect(() => f(concave, true)).not.toThrow();
    for (const convex of [
      (r: number) => r * r,
      (r: number) => Math.max(r, 3 * r - 2),
      (r: number) => r ** 1.01,
    ])
      expect(() => f(convex, true)).toThrow(
        /concave: true is contradicted: expected ω\(.*\) ≥ the average of ω/,
      );
    expect(() => f((r) => r * r)).not.toThrow();
  });

  test("a modulus that samples contradict is refused with both points", () => {
    expect(() => target((x) => 2 * x[0]!, { dimension: 1, lipschitz: 1 })).toThrow(
      /contradicted: f\(0\) = 0 and f\(1\) = 2 differ by 2, ω\(1\) = 1/,
    );
    expect(() => target((x) => Math.sqrt(x[0]!), { dimension: 1, lipschitz: 1 })).toThrow(/contradicted/);
  });

  test("NaN, infinities and other types are refused with the point", () => {
    expect(() => target((x) => 1 / x[0]!, { dimension: 1, lipschitz: 1 })).toThrow(/f\(0\) must be a finite/);
    expect(() => target(() => "1" as unknown as number, { dimension: 1, lipschitz: 1 })).toThrow(
      /f\(0\) must be a number; got "1"/,
    );
    const late = target((x) => (x[0] === 0.123 ? Number.NaN : 0), { dimension: 1, lipschitz: 0 });
    expect(() => late([0.123])).toThrow(/f\(0.123\).*NaN/);
  });

  test("a function may sort or keep its argument: each call has a copy of its own", () => {
    const kept: Float64Array[] = [];
    const f = target(
      (x) => {
        kept.push(x);
        return x.sort()[1]! - x[0]! / 4;
      },
      { dimension: 2, lipschitz: 2 },
    );
    const point = Float64Array.of(0.75, 0.25);
    expect([f(point), f(point), f([0.75, 0.25])]).toEqual([0.6875, 0.6875, 0.6875]);
    expect([...point]).toEqual([0.75, 0.25]);
    expect(new Set(kept.map(({ buffer }) => buffer)).size).toBe(kept.length);
    expect(() => target((x) => x.fill(0).length / 0, { dimension: 1, lipschitz: 1 })).toThrow(/f\(0\)/);
    const late = target((x) => (x[0] === 0.3 ? x.fill(9)[0]! / 0 : 0), { dimension: 1, lipschitz: 1 });
    expect(() => late([0.3])).toThrow(/f\(0\.3\)/);
  });

  test("what checkModulus lets pass is never more than what is granted", () => {
    const size = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        size,
        fc.double({ min: 0, max: 1e308, noNaN: true }),
        fc.integer({ min: -9, max: 9 }),
        (value, omega, ulps) => {
          const far = granted(omega, value);
          fc.pre(Number.isFinite(far));
          for (const sign of [-1, 1]) {
            // Where the limit itself lies, and some float64 around it.
            let other =
              value + sign * (omega * (1 + 2 ** -40) + 4 * (nextUp(Math.abs(value)) - Math.abs(value)));
            for (let i = 0; i < Math.abs(ulps); i++) other = ulps < 0 ? nextDown(other) : nextUp(other);
            if (!Number.isFinite(other)) continue;
            try {
              checkModulus(() => omega, [0], value, [1], other);
            } catch {
              continue;
            }
            const distance = abs(subtract(fromNumber(other), fromNumber(value)));
            expect(compare(distance, fromNumber(far))).toBeLessThanOrEqual(0);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("a point with the wrong number of coordinates is refused", () => {
    expect(() => gallery.eggBox()([0.5])).toThrow(/point of 2 coordinates; got \[0\.5\]/);
    expect(() => gallery.eggBox()(0.5 as unknown as number[])).toThrow(/got 0.5/);
  });

  test.each([
    [{ dimension: 0, lipschitz: 1 }, /dimension must be a positive integer; got 0/],
    [{ dimension: 1.5, lipschitz: 1 }, /dimension/],
    [{ dimension: 1 }, /one of lipschitz.*got none/],
    [{ dimension: 1, lipschitz: 1, modulus: (r: number) => r }, /got lipschitz and modulus/],
    [{ dimension: 1, lipschitz: -1 }, /lipschitz must be .* got -1/],
    [{ dimension: 1, lipschitz: Number.NaN }, /got NaN/],
    [{ dimension: 1, holder: { lambda: 1, alpha: 1.5 } }, /alpha must be in \(0, 1\]; got 1.5/],
    [{ dimension: 1, holder: { lambda: 1 } }, /holder.alpha/],
    [{ dimension: 1, holder: { lamda: 1, alpha: 1 } }, /holder has no option lamda.*Did you mean lambda\?/],
    [
      undefined,
      /target needs options: the dimension, and one of lipschitz, holder, modulus; e\.g\. target\(/,
    ],
    [{ lipschitz: 1 }, /dimension must be .* got undefined; say how many coordinates x has, e\.g\. /],
    [{ dimension: "1", lipschitz: 1 }, /dimension must be a positive integer; got "1"/],
    [{ dimension: 1, lipshitz: 1 }, /target has no option lipshitz; .*\. Did you mean lipschitz\?/],
    [{ dimension: 1, lipschitz: undefined }, /target needs one of lipschitz, .* e\.g\. \{ dimension: 1, lip/],
    [{ dimension: 1, modulus: () => Number.NaN }, /omega\(.*\) must be .* got NaN/],
    [{ dimension: 1, modulus: 3 }, /must be a function/],
    [{ dimension: 1, modulus: (r: number) => r, concave: 1 }, /concave must be true or false; got 1/],
    [{ dimension: 1, lipschitz: 1, concave: true }, /concave is said of a modulus that is a function/],
  ])("options %j are refused", (options, message) => {
    expect(() => target(() => 0, options as never)).toThrow(message);
  });
});

describe("a beginner's f that gives no number", () => {
  const at = (fn: unknown, dimension: number) => () =>
    target(fn as () => number, { dimension, lipschitz: 1 });

  test.each<[string, (...x: never[]) => unknown, number, RegExp]>([
    [
      "x[1] in one dimension",
      (x: number[]) => x[1]! * 2,
      1,
      /f\(0\) must be a finite number; got NaN; f reads x\[1\], but its dimension is 1, where x\[0\] is all there is: read that, or say dimension: 2/,
    ],
    ["x[1] returned as it is", (x: number[]) => x[1], 1, /got undefined; f reads x\[1\]/],
    [
      "x[3] in three dimensions",
      (x: number[]) => x[1]! + x[3]!,
      3,
      /f reads x\[3\], but its dimension is 3, where the last one is x\[2\]/,
    ],
    [
      "a coordinate too many taken apart",
      ([x, y]: number[]) => x! * y!,
      1,
      /f reads x\[1\], but its dimension is 1/,
    ],
    ["what x[1] lacks, called", (x: number[]) => x[1]!.toFixed(), 1, /f\(0\) failed: .*; f reads x\[1\]/],
    [
      "x for x[0], a text",
      (x: number) => x + 1,
      1,
      /must be a number; got "01"; f computes with x itself, an array of one coordinate: write x\[0\]/,
    ],
    [
      "x for x[0], not a number",
      (x: number) => 2 * x,
      2,
      /got NaN; f computes with x itself, an array of 2 coordinates/,
    ],
    ["x returned as it is", (x: number[]) => x, 1, /must be a number; got Float64Array\(1\) \[0\]/],
    [
      "x.y",
      (x: { y: number }) => x.y * 2,
      2,
      /f reads x\.y, but x is an array of coordinates: write x\[0\], x\[1\]/,
    ],
    ["two arguments", (x: number, y: number) => x * y, 2, /f takes 2 arguments, but is given one array/],
    ["a missing return", () => {}, 1, /got undefined; f returns nothing: between braces it needs a return/],
    ["async", async () => 1, 1, /got a Promise; f answers at once: leave out async/],
    ["async that fails", async () => Promise.reject(new Error("late")), 1, /got a Promise/],
  ])("%s is told so", (_, fn, dimension, message) => {
    expect(at(fn, dimension)).toThrow(message);
  });

  test("what has nothing to do with coordinates is told as it is", () => {
    const own = new Error("own");
    const throws = () => {
      throw own;
    };
    expect(at(throws, 1)).toThrow(own);
    expect(at((x: number[]) => Math.log(x[0]! - 2), 1)).toThrow(
      /^f\(0\) must be a finite number; got NaN\.$/,
    );
    let sum = 0;
    const loops = (x: number[]) => {
      for (const t of x) sum += t;
      return x.map((t) => t - sum).length / 0;
    };
    expect(at(loops, 2)).toThrow(/^f\(0, 0\) must be a finite number; got Infinity\.$/);
  });
});

describe("class functions", () => {
  test("two spirals are 0 on one arm and 1 on the other", () => {
    const f = spiralTarget({ count: 80 });
    spiralPoints({ count: 80 }).forEach((points, label) => {
      for (let i = 0; i < points.length; i += 2) expect(f(points.subarray(i, i + 2))).toBe(label);
    });
  });

  test("sets that meet, empty sets and broken ones are refused", () => {
    const p = Float64Array.of(0.5, 0.5);
    expect(() => classTarget(p, p, { dimension: 2 })).toThrow(/share a point/);
    expect(() => classTarget(new Float64Array(), p, { dimension: 2 })).toThrow(/Class 0/);
    expect(() => classTarget(p, Float64Array.of(1, 2, 3), { dimension: 2 })).toThrow(/Class 1/);
  });
});

describe("images", () => {
  test("at its pixels the function is the image, upright", () => {
    const f = imageTarget(picture, { width: 7, height: 5 });
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 7; column++)
        expect(f([column / 6, 1 - row / 4])).toBeCloseTo(picture[row * 7 + column]!, 12);
  });

  test("a wrong number of pixels or a NaN among them is refused", () => {
    expect(() => imageTarget([1, 2, 3], { width: 2, height: 2 })).toThrow(/2·2 = 4 grey values; got 3/);
    expect(() => imageTarget([1, 2, 3, Number.NaN], { width: 2, height: 2 })).toThrow(/row 1, column 1/);
    expect(() => imageTarget([1], { width: 1, height: 1 })).toThrow(/width must be an integer ≥ 2/);
  });
});
