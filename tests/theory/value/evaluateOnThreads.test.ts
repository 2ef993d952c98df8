import { expect, test } from "vitest";
import { approximateUniform, gallery, quantise, target } from "../../../src/theory";
import { createEvaluateAlone } from "../../../src/theory/value/evaluateAlone";
import { evaluateOnThreads } from "../../../src/theory/value/evaluateOnThreads";

const shared = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

// A point takes about 0.06 ms here.
test("a thread whose portion takes far longer than the patience is waited for while it computes points", () => {
  const [d, n, N, portion] = [4, 2, 20_000, 10_000];
  // Beyond float64's middle: there all strips need all digits.
  const smooth = gallery.smooth(d);
  const f = target((x) => 1e300 * smooth(x), { dimension: d, lipschitz: 1e300 * smooth.omega(1) });
  const phi = approximateUniform(f, { n, delta: 1 / 16 });
  const { grid } = phi;
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
  everywhere(points, expected);
  const values = shared(N);
  // This thread takes the first portion and leaves at once; the other one takes the second.
  let mine = 0;
  const alone: typeof everywhere = (some, found) => {
    if (mine++ > 0) throw new Error("The other thread was to take this portion.");
    found.set(expected.subarray(0, some.length / d));
    // Until the other thread has written some values, but not for ever.
    const begun = () => values.subarray(portion).some((value) => value !== 0);
    for (let k = 0; k < 1000 && !begun(); k++)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  };
  evaluateOnThreads({ encoding, points, values, alone, threads: 2, portion, patience: 100 });
  expect([...values]).toEqual([...expected]);
});
