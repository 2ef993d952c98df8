import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Approximation,
  approximateContinuous,
  approximateDelta,
  approximateLp,
  approximateThreeParameters,
  approximateUniform,
  gallery,
  isTrifling,
  target,
  toNumber,
} from "../../../src/theory";
import { ROOT } from "../../helpers/root";
import { anyHardPoint, anyLatticePoint } from "../expectations";

const constructions = { approximateLp, approximateUniform, approximateThreeParameters, approximateDelta };
const sizes = [
  [1, 3],
  [2, 2],
  [3, 1],
  [4, 1],
] as const;
const cases = Object.entries(constructions).flatMap(([name, approximate]) =>
  sizes.map(([d, n]) => [name, d, n, approximate] as const),
);

/** Coordinates at which float64 is at its edges. */
const edges = [0, -0, 1, Number.MIN_VALUE, 2 ** -1060, 2 ** -1022, 1 - 2 ** -53, 0.5, 0.5 - 2 ** -54];

/** N points of which every second is in the trifling region. */
function manyPoints({ grid }: Approximation, N: number, seed: number): Float64Array {
  const { d, K, delta } = grid;
  const distinct = fc.sample(anyHardPoint(grid), { numRuns: 200, seed });
  const points = new Float64Array(N * d);
  for (let p = 0; p < N; p++) {
    points.set(distinct[p % distinct.length]!, p * d);
    if (p % 2 === 0)
      points[p * d + (seed % d)] = (1 + (p % (K - 1))) / K - (delta * (1 + ((p * 31 + seed) % 990))) / 997;
  }
  edges.forEach((x, i) => {
    points[(7 * i * d) % points.length] = x;
  });
  return points;
}

const shared = (values: Float64Array) => {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
};

/** Equal bit for bit; −0 and 0 are two. */
function expectSameBits(actual: Float64Array, expected: Float64Array) {
  expect(actual.length).toBe(expected.length);
  const at = expected.findIndex((value, p) => !Object.is(value, actual[p]));
  if (at >= 0) expect.fail(`value ${at}: ${actual[at]} instead of ${expected[at]}`);
}

describe.each(cases)("%s, d = %i, n = %i", (_, d, n, approximate) => {
  const f = gallery.smooth(d);
  const options = { n, delta: 2 ** (-n - 2) };
  const phi = approximate(f, options);
  // Beyond float64's middle: there all strips need all digits, and other threads help.
  const far = approximate(
    target((x) => 1e300 * f(x), { dimension: d, lipschitz: 1e300 * f.omega(1) }),
    options,
  );

  test.each([
    ["near", phi],
    ["far", far],
  ])("%s: one point alone, a batch on any number of threads, and the network agree bit for bit", (_, phi) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2500, max: 3001 }), (seed, N) => {
        const points = manyPoints(phi, N, seed);
        const strips = Array.from({ length: N }, (_, p) =>
          isTrifling(phi.grid, points.subarray(p * d, p * d + d)),
        );
        // Else no other thread would take part.
        expect(strips.filter(Boolean).length).toBeGreaterThan(1000);
        const alone = new Float64Array(N);
        for (let p = 0; p < N; p++) alone[p] = phi.evaluate(points.subarray(p * d, p * d + d))[0]!;
        for (const threads of [1, 2, 3]) expectSameBits(phi.evaluate(points, { threads }), alone);
        for (let k = 0; k < 6; k++) {
          const p = (seed + k * 7) % N;
          const exact = toNumber(phi.evaluateExactly(points.subarray(p * d, p * d + d)));
          expect(alone[p]).toBe(exact);
        }
      }),
      { numRuns: 3 },
    );
  });

  test("points outside [0,1]^d and NaN are refused by the first one's index, on any number of threads", () => {
    const wrong = fc.constantFrom(NaN, -Number.MIN_VALUE, 1 + 2 ** -52, -1, 2, Infinity, -Infinity, 1e300);
    fc.assert(
      fc.property(
        fc.constantFrom(3, 300, 5001),
        fc.array(fc.tuple(fc.nat(), wrong), { minLength: 1, maxLength: 4 }),
        (N, faults) => {
          const points = manyPoints(phi, N, 5);
          for (const [where, x] of faults) points[where % points.length] = x;
          const first = points.findIndex((x) => !(x >= 0 && x <= 1));
          const message = `Point ${Math.floor(first / d)}, coordinate ${first % d}: expected a number in [0, 1]; got ${points[first]}.`;
          for (const threads of [1, 2]) {
            expect(() => phi.evaluate(points, { threads })).toThrow(new RangeError(message));
            expect(() => phi.evaluate(shared(points), { threads })).toThrow(new RangeError(message));
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("without strips", () => {
  test.each([
    [1, "few", 7],
    [2, "delta", 4],
    [3, "few", 2],
    [5, "three", 1],
  ] as const)(
    "d = %i, %s: a batch on any number of threads is the float64 nearest to φ",
    (d, parameters, n) => {
      const phi = approximateContinuous(gallery.smooth(d), { n, parameters });
      const distinct = fc.sample(anyLatticePoint(d, phi.grid.K), { numRuns: 300, seed: 9 });
      const points = Float64Array.from({ length: 100_001 * d }, (_, i) => {
        const p = Math.floor(i / d);
        return distinct[p % 300]![i % d]!;
      });
      const values = phi.evaluate(points, { threads: 1 });
      for (let p = 0; p < 300; p++) {
        const x = points.subarray(p * d, p * d + d);
        expect(values[p]).toBe(toNumber(phi.evaluateExactly(x)));
        expectSameBits(phi.evaluate(x), values.subarray(p, p + 1));
      }
      for (const threads of [1, 2]) expectSameBits(phi.evaluate(shared(points), { threads }), values);
      for (const wrong of [NaN, -Number.MIN_VALUE, 1 + 2 ** -52]) {
        points[70 * d] = wrong;
        points[9000 * d] = -1;
        for (const threads of [1, 2])
          expect(() => phi.evaluate(shared(points), { threads })).toThrow(
            `Point 70, coordinate 0: expected a number in [0, 1]; got ${wrong}.`,
          );
      }
    },
  );

  test("values halfway between two float64 are rounded to even, as the network's are", () => {
    // The levels ½ and 3/2 of f(x) = x, n = 1: φ(x) = x + ¼ up to x = ½.
    const phi = approximateContinuous(
      target((x) => x[0]!, { dimension: 1, lipschitz: 1 }),
      { n: 1 },
    );
    const x = Array.from({ length: 64 }, (_, k) => (2 * k + 1) * 2 ** -55);
    expectSameBits(
      phi.evaluate(Float64Array.from(x)),
      Float64Array.from(x, (each) => each + 0.25),
    );
    for (const each of x) expect(toNumber(phi.evaluateExactly([each]))).toBe(each + 0.25);
  });
});

describe("in shared memory", () => {
  test.each([1, 2, 3])("d = %i: 120,001 points give the same values, in shared memory too", (d) => {
    const phi = approximateUniform(gallery.smooth(d), { n: 3 });
    const points = manyPoints(phi, 120_001, 11);
    const expected = phi.evaluate(points, { threads: 1 });
    expect(expected.buffer).toBeInstanceOf(ArrayBuffer);
    for (const threads of [1, 2, 3, undefined]) {
      const values = phi.evaluate(shared(points), { threads });
      expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
      expectSameBits(values, expected);
      const into = shared(new Float64Array(120_001));
      expect(phi.evaluate(shared(points), { threads, into })).toBe(into);
      expectSameBits(into, expected);
    }
    const late = shared(points);
    late[119_000 * d] = NaN;
    late[70_000 * d] = -1;
    for (const threads of [1, 2])
      expect(() => phi.evaluate(late, { threads })).toThrow("Point 70000, coordinate 0");
  });
});

describe("arguments", () => {
  const phi = approximateLp(gallery.smooth(2), { n: 4 });

  test("no points give no values", () => {
    for (const threads of [1, 2])
      expect(phi.evaluate(new Float64Array(0), { threads })).toEqual(new Float64Array(0));
  });

  test("into is filled and returned, also where it lies beside the points in one buffer", () => {
    const all = new Float64Array(3000);
    const [points, into] = [all.subarray(0, 2000), all.subarray(2000)];
    points.set(manyPoints(phi, 1000, 3));
    expect(phi.evaluate(points, { into })).toBe(into);
    expectSameBits(into, phi.evaluate(points.slice()));
  });

  test("many new values are all written, in memory of their own that can be given away", () => {
    const points = manyPoints(phi, 30_001, 4);
    const expected = phi.evaluate(points, { into: new Float64Array(30_001), threads: 1 });
    // What the memory of values held before must not be seen.
    for (let k = 0; k < 8; k++) phi.evaluate(new Float64Array(2 * 30_001).fill(k / 7));
    const values = phi.evaluate(points);
    expectSameBits(values, expected);
    expect(values.byteOffset).toBe(0);
    expect(values.buffer.byteLength).toBe(values.byteLength);
    const given = structuredClone(values, { transfer: [values.buffer as ArrayBuffer] });
    expectSameBits(given, expected);
    expect(values.length).toBe(0);
  });

  test("into of another type or length, or in the points' way, is refused", () => {
    const points = new Float64Array(600);
    expect(() => phi.evaluate(points, { into: new Float64Array(299) })).toThrow(
      "into must be a Float64Array of 300 values; got 299",
    );
    expect(() => phi.evaluate(points, { into: [] as never })).toThrow(
      "into must be a Float64Array of 300 values; got []",
    );
    expect(() => phi.evaluate(points, { into: points.subarray(0, 300) })).toThrow("share memory");
    expect(() => phi.evaluate(points.subarray(0, 598), { into: points.subarray(297, 596) })).toThrow(
      "share memory",
    );
  });

  test.each([0, -1, 1.5, 65, NaN, "2"])("threads: %s is refused", (threads) => {
    expect(() => phi.evaluate(new Float64Array(2), { threads: threads as never })).toThrow(
      `threads must be an integer from 1 to 64; got ${typeof threads === "string" ? `"${threads}"` : threads}`,
    );
  });

  test("points that are no Float64Array of N×d coordinates are refused", () => {
    expect(() => phi.evaluate(new Float64Array(3))).toThrow("no multiple of 2");
    expect(() => phi.evaluate([0.5, 0.5] as never)).toThrow("expects a Float64Array");
    expect(() => phi.evaluate(null as never)).toThrow("got null");
  });
});

const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
const isGlibc = header.glibcVersionRuntime !== undefined;

describe("processes", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "evaluate-test-"));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const strips = `
    const { approximateUniform, target } = require("intrinsic-params");
    const f = target((x) => 1e300 * x[0], { dimension: 3, lipschitz: 1e300 }); // all strips need all digits
    const phi = approximateUniform(f, { n: 4 });
    const points = Float64Array.from({ length: 3 * 20_000 }, (_, i) => (1 + (i % 15)) / 16 - phi.delta / (2 + (i % 97)));
    const alone = phi.evaluate(points, { threads: 1 });
  `;
  const run = (script: string, ...flags: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", strips + script], {
      cwd: ROOT,
      encoding: "utf8",
      timeout: 90_000,
    });
    return { status, stdout, stderr };
  };

  // Other systems and C libraries keep freed memory in ways of their own.
  test.runIf(process.platform === "linux" && isGlibc)(
    "a million new values take memory that was freed before: hardly a page is mapped anew",
    { timeout: 100_000 },
    () => {
      const script = `
        const { approximateLp, gallery } = require("intrinsic-params");
        const psi = approximateLp(gallery.smooth(), { n: 4 });
        const many = Float64Array.from({ length: 1_000_000 }, (_, i) => (i % 999) / 999);
        const evaluate = (times) => { for (let k = 0; k < times; k++) psi.evaluate(many, { threads: 1 }); };
        evaluate(10);
        const faults = () => process.resourceUsage().minorPageFault;
        // On a busy machine freed memory may come late once.
        console.log(Math.min(...[1, 2, 3].map(() => {
          const before = faults();
          evaluate(20);
          return faults() - before;
        })));
      `;
      const { status, stdout } = run(script);
      expect(status).toBe(0);
      // 1,953 pages of 4 kB for each array.
      expect(Number(stdout)).toBeLessThan((20 * 1953) / 4);
    },
  );

  test("a process that used threads ends by itself", { timeout: 100_000 }, () => {
    const script = `
      for (let k = 0; k < 5; k++)
        if (Buffer.compare(Buffer.from(phi.evaluate(points, { threads: 3 }).buffer), Buffer.from(alone.buffer)))
          throw new Error("values differ");
      console.log("done");
    `;
    expect(run(script)).toEqual({ status: 0, stdout: "done\n", stderr: "" });
  });

  test.runIf(process.platform !== "win32")(
    "a Stop ends all threads: none goes on writing where the reader has other values by then",
    { timeout: 100_000 },
    () => {
      const script = `
        const vm = require("node:vm");
        const { Worker } = require("node:worker_threads");
        const shared = (length) => new Float64Array(new SharedArrayBuffer(8 * length));
        const N = 400_000;
        const many = shared(3 * N);
        for (let i = 0; i < many.length; i++) many[i] = points[i % points.length];
        const into = shared(N);
        // Stops this one when it has begun.
        const stopper = new Worker(
          \`const { workerData: into } = require("node:worker_threads");
            const pause = new Int32Array(new SharedArrayBuffer(4));
            while (into[100_000] === 0) Atomics.wait(pause, 0, 0, 1);
            process.kill(process.pid, "SIGINT");\`,
          { eval: true, workerData: into },
        );
        stopper.on("online", () => {
          globalThis.evaluate = () => phi.evaluate(many, { into, threads: 3 });
          try {
            vm.runInThisContext("evaluate()", { breakOnSigint: true });
          } catch (error) {
            console.log(error.code);
          }
          setTimeout(() => {
            console.log(into.some((value) => value === 0));
            into.fill(-1);
            setTimeout(() => console.log(into.every((value) => value === -1)), 500);
          });
        });
      `;
      expect(run(script)).toEqual({
        status: 0,
        stdout: "ERR_SCRIPT_EXECUTION_INTERRUPTED\ntrue\ntrue\n",
        stderr: "",
      });
    },
  );

  test("a thread that dies is an error, not a hang, and one thread goes on", { timeout: 100_000 }, () => {
    const deadly = path.join(folder, "deadly.cjs");
    // Ends every other thread as soon as it has taken points that all threads see, and is impatient.
    fs.writeFileSync(
      deadly,
      `const { add, wait } = Atomics;
      Atomics.wait = (array, place, value, milliseconds) => wait(array, place, value, milliseconds / 20);
      if (!require("node:worker_threads").isMainThread) {
        Atomics.add = (array, place, value) => {
          const before = add(array, place, value);
          // How many points are taken stands at 0.
          if (place === 0 && array.buffer instanceof SharedArrayBuffer) process.exit();
          return before;
        };
      }`,
    );
    const script = `
      let message;
      for (let k = 0; k < 50 && !message; k++)
        try {
          phi.evaluate(points, { threads: 2 });
        } catch (error) {
          message = error.message;
        }
      console.log(message);
      console.log(Buffer.compare(Buffer.from(phi.evaluate(points, { threads: 1 }).buffer), Buffer.from(alone.buffer)));
    `;
    expect(run(script, "--require", deadly)).toEqual({
      status: 0,
      stdout: "A thread of evaluate died; evaluate(points, { threads: 1 }) does without others.\n0\n",
      stderr: "",
    });
  });
});
