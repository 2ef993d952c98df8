import { expect, test } from "vitest";
import { approximateUniform, createGrid, gallery, quantise, target } from "../../../src/theory";
import { createEvaluateAlone } from "../../../src/theory/value/evaluateAlone";
import { evaluateOnThreads } from "../../../src/theory/value/evaluateOnThreads";

const shared = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

test("a thread whose portion takes far longer than the patience is waited for while it computes points", () => {
  const [d, n, N, portion] = [4, 2, 4000, 2000];
  // Beyond float64's middle: there all strips need all digits.
  const smooth = gallery.smooth(d);
  const f = target((x) => 1e300 * smooth(x), { dimension: d, lipschitz: 1e300 * smooth.omega(1) });
  const phi = approximateUniform(f, { n, delta: 1 / 16 });
  const grid = createGrid(d, n, phi.grid.q);
  const encoding = {
    construction: "uniform",
    grid,
    variant: phi.variant,
    quantised: quantise(f, grid, phi.variant),
  } as const;
  const { everywhere } = createEvaluateAlone(encoding);
  const points = shared(N * d);
  for (let i = 0; i < N * d; i++) points[i] = (1 + (i % 3)) / 4 - (phi.delta * (1 + (i % 61))) / 64;
  const expected = new Float64Array(N);
  const start = performance.now();
  everywhere(points, expected);
  const aPortion = ((performance.now() - start) * portion) / N;
  expect(aPortion).toBeGreaterThan(50);
  const values = shared(N);
  // This thread takes the first portion and leaves at once; the other one takes the second.
  let mine = 0;
  const alone: typeof everywhere = (some, found) => {
    if (mine++ > 0) throw new Error("The other thread was to take this portion.");
    found.set(expected.subarray(0, some.length / d));
    const until = performance.now() + 5_000;
    // Wait until the other thread has begun, which shows in nothing but time and its values.
    while (values.subarray(portion).every((value) => value === 0) && performance.now() < until);
  };
  evaluateOnThreads({ encoding, points, values, alone, threads: 2, portion, patience: aPortion / 10 });
  expect([...values]).toEqual([...expected]);
});
