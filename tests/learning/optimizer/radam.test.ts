import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { describe, expect, it } from "vitest";
import {
  type Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  radam,
  type Tensorflow,
  tensorflow,
} from "../../../src/learning";
import { NativeMoments } from "../../../src/learning/optimizer/nativeMoments";
import { OwnMoments } from "../../../src/learning/optimizer/ownMoments";
import { PortableMoments } from "../../../src/learning/optimizer/portableMoments";
import { stepSize } from "../../../src/learning/optimizer/stepSize";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";
import { nativeHandles } from "../../helpers/nativeHandles";
import pytorch from "../train/fixtures/radam.json";

const tf: Tensorflow = await tensorflow();
const { disposables } = disposedAfterEach();

const start = [1, -2, 0.5];
/** Gradients that change sign and size from step to step. */
const gradient = (t: number) => start.map((_, i) => Math.sin(1.7 * t + i) * 10 ** (i - 1));

/** The docstring's formula in float64. */
function reference(
  steps: number,
  options: Required<OptimizerOptions>,
  rate: (t: number) => number,
): number[] {
  const { beta1, beta2, epsilon, weightDecay, decoupled, kind } = options;
  const theta = [...start];
  const m = [0, 0, 0];
  const v = [0, 0, 0];
  for (let t = 1; t <= steps; t++) {
    const lr = rate(t);
    const rhoInf = 2 / (1 - beta2) - 1;
    const rho = rhoInf - (2 * t * beta2 ** t) / (1 - beta2 ** t);
    for (let i = 0; i < 3; i++) {
      const g = gradient(t)[i] + (decoupled ? 0 : weightDecay * theta[i]);
      if (decoupled) theta[i] -= lr * weightDecay * theta[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      const mHat = m[i] / (1 - beta1 ** t);
      const corrected = 1 / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
      const plain = Math.sqrt(1 - beta2 ** t) / (Math.sqrt(v[i]) + epsilon);
      const adaptive = options.correctedEpsilon ? corrected : plain;
      const r2 = ((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho);
      if (kind === "adam") theta[i] -= lr * mHat * adaptive;
      else theta[i] -= rho > 5 ? lr * Math.sqrt(r2) * mHat * adaptive : lr * mHat;
    }
  }
  return theta;
}

function run(
  steps: number,
  options: OptimizerOptions,
  rate: (t: number) => number,
  from?: { optimizer: Optimizer; variable: Variable },
) {
  const variable = from?.variable ?? tf.variable(tf.tensor1d(start));
  const optimizer = from?.optimizer ?? radam(tf, [variable], options);
  for (let t = 1; t <= steps; t++) {
    const g = tf.tensor1d(gradient(t)) as Tensor;
    optimizer.apply([g], rate(t));
    g.dispose();
  }
  disposables.push(variable, optimizer);
  return { variable, optimizer };
}

const defaults = {
  kind: "radam",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  correctedEpsilon: false,
  weightDecay: 0,
  decoupled: false,
} as const;
const cases: [string, Required<OptimizerOptions>][] = [
  ["plain", defaults],
  ["with decay in the gradient", { ...defaults, weightDecay: 0.1 }],
  ["with decoupled decay", { ...defaults, weightDecay: 0.1, decoupled: true }],
  ["with a short memory", { ...defaults, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }],
  ["as Adam", { ...defaults, kind: "adam" }],
  ["with ε beside √v̂", { ...defaults, epsilon: 1e-3, correctedEpsilon: true }],
  ["as Adam with ε beside √v̂", { ...defaults, epsilon: 1e-3, kind: "adam", correctedEpsilon: true }],
];

for (const [name, options] of cases) {
  it(`each of fifty steps follows the formula, ${name}`, () => {
    const rate = (t: number) => 0.05 * 0.97 ** t;
    for (const steps of [1, 2, 4, 5, 6, 7, 20, 50]) {
      const { variable } = run(steps, options, rate);
      const expected = reference(steps, options, rate);
      variable.dataSync().forEach((value, i) => {
        expect(Math.abs(value - expected[i]), `step ${steps}, entry ${i}`).toBeLessThan(2e-5);
      });
    }
  });
}

/** The gradients of fixtures/radam.py: whole multiples of a power of two, the same in every program. */
function fixtureGradients(steps: number, size: number): Float32Array[] {
  let state = 2022;
  const next = (i: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 20) - 2048) / 2 ** (11 + 3 * (i % 4));
  };
  return Array.from({ length: steps }, () => Float32Array.from({ length: size }, (_, i) => next(i)));
}

const momentsOf = {
  own: (...[variables, fixed]: MomentsOf) => new OwnMoments(new NativeOps(tf), variables, fixed),
  native: (...[variables, fixed]: MomentsOf) => new NativeMoments(new NativeOps(tf), variables, fixed),
  portable: (...[variables, fixed]: MomentsOf) => new PortableMoments(tf, variables, fixed),
};
type MomentsOf = [readonly Variable[], ConstructorParameters<typeof NativeMoments>[2]];
const isThere = { own: isNative() && new NativeOps(tf).hasOwn, native: isNative(), portable: true };

for (const kind of ["own", "native", "portable"] as const) {
  for (const { name, values, ...settings } of pytorch.cases) {
    it.skipIf(!isThere[kind])(
      `the ${kind} step agrees with PyTorch ${pytorch.torch}'s RAdam to float32 precision, ${name}`,
      () => {
        const [beta1, beta2] = settings.betas ?? [0.9, 0.999];
        const variable = tf.variable(tf.tensor1d(pytorch.start));
        const moments = momentsOf[kind]([variable], {
          beta1,
          beta2,
          epsilon: settings.eps ?? 1e-8,
          weightDecay: settings.weight_decay ?? 0,
          decoupled: settings.decoupled_weight_decay ?? false,
        });
        disposables.push(variable, moments);
        fixtureGradients(pytorch.stored.at(-1)!, pytorch.start.length).forEach((gradient, i) => {
          const g = tf.tensor1d(gradient);
          moments.apply([g], settings.lr, stepSize("radam", i + 1, beta1, beta2));
          g.dispose();
          const row = values[pytorch.stored.indexOf(i + 1)];
          if (!row) return;
          variable.dataSync().forEach((value, k) => {
            const apart = Math.abs(value - row[k]) / Math.abs(row[k]);
            expect(apart, `step ${i + 1}, entry ${k}`).toBeLessThan(5e-6);
          });
        });
      },
    );
  }
}

it("rectification begins at step 6 for β₂ = 0.999 and tends to Adam's step", () => {
  const adaptive = [1, 2, 3, 4, 5, 6, 7].map((t) => stepSize("radam", t, 0.9, 0.999).adaptive);
  expect(adaptive).toEqual([false, false, false, false, false, true, true]);
  const late = 100_000;
  expect(stepSize("radam", late, 0.9, 0.999).factor).toBeCloseTo(
    stepSize("adam", late, 0.9, 0.999).factor,
    6,
  );
});

it("under a constant gradient the first five steps have length η, and the sixth is shortened", () => {
  const variable = tf.variable(tf.scalar(1));
  const optimizer = radam(tf, [variable]);
  disposables.push(variable, optimizer);
  const moves = [1, 2, 3, 4, 5, 6, 7].map(() => {
    const before = variable.dataSync()[0];
    const g = tf.scalar(1);
    optimizer.apply([g], 0.1);
    g.dispose();
    return before - variable.dataSync()[0];
  });
  moves.slice(0, 5).forEach((move) => {
    expect(move).toBeCloseTo(0.1, 6);
  });
  expect(moves[5]).toBeLessThan(0.01);
  expect(moves[6]).toBeGreaterThan(moves[5]);
});

it("a stored state goes on exactly as if nothing had happened", () => {
  const rate = () => 0.01;
  const through = run(9, { weightDecay: 0.1 }, rate);
  run(4, {}, rate, through);
  const first = run(9, { weightDecay: 0.1 }, rate);
  const variable = tf.variable(first.variable.clone());
  const optimizer = radam(tf, [variable], { weightDecay: 0.1 });
  optimizer.restore(first.optimizer.state());
  run(4, {}, rate, { variable, optimizer });
  expect(Array.from(variable.dataSync())).toEqual(Array.from(through.variable.dataSync()));
});

it("two optimizers do not share moments, and steps leave no tensor behind", () => {
  const one = run(3, {}, () => 0.1);
  const two = run(3, {}, () => 0.1);
  expect(Array.from(two.variable.dataSync())).toEqual(Array.from(one.variable.dataSync()));
  const before = tf.memory().numTensors;
  run(20, {}, () => 0.1, one);
  expect(tf.memory().numTensors).toBe(before);
});

it("steps after a stored state do not write to it, nor to the state that an optimizer went on from", () => {
  const { optimizer, variable } = run(9, {}, () => 0.01);
  const state = optimizer.state();
  const copy = structuredClone(state);
  run(2, {}, () => 0.01, { optimizer, variable });
  optimizer.restore(state);
  run(2, {}, () => 0.01, { optimizer, variable });
  expect(state).toEqual(copy);
  expect(optimizer.state().moments).not.toEqual(copy.moments);
});

// Joined vectors and a matrix: their values and two moments. Moments of our own operation are tensors.
for (const [kind, made] of [
  ["native", 6],
  ["own", 0],
] as const) {
  it.skipIf(!isThere[kind])(`${kind} moments that are disposed of leave nothing behind`, async () => {
    const variables = [[3], [2], [2, 2]].map((shape) => tf.variable(tf.ones(shape)));
    const gradients = variables.map(({ shape }) => tf.ones(shape));
    disposables.push(...variables, ...gradients);
    const whole = () => {
      const moments = momentsOf[kind](variables, { ...defaults, weightDecay: 0.1 });
      moments.apply(gradients, 0.1, stepSize("radam", 1, 0.9, 0.999));
      moments.write(moments.read());
      moments.dispose();
    };
    whole();
    const { handles, resources } = await nativeHandles(tf, whole);
    expect(handles.freed).toBe(handles.made);
    expect(resources).toEqual({ made, freed: made });
  });
}

it("a copy of a variable made before a step keeps its values, and so does the tensor it was made from", () => {
  const source = tf.tensor1d(start);
  const variable = tf.variable(source);
  const optimizer = radam(tf, [variable]);
  const step = () => {
    const g = tf.ones([3]);
    optimizer.apply([g], 0.1);
    g.dispose();
  };
  step();
  const copy = variable.clone();
  const before = Array.from(variable.dataSync());
  step();
  step();
  disposables.push(source, variable, optimizer, copy);
  expect(Array.from(source.dataSync())).toEqual(start);
  expect(Array.from(copy.dataSync())).toEqual(before);
  expect(Array.from(variable.dataSync())).not.toEqual(before);
});

it("settings outside their range are refused", () => {
  const variable = tf.variable(tf.scalar(1));
  disposables.push(variable);
  expect(() => radam(tf, [variable], { beta1: 1 })).toThrow(/beta1 must be at least 0 and below 1; got 1/);
  expect(() => radam(tf, [variable], { weightDecay: Number.NaN })).toThrow(/weightDecay .* got NaN/);
  for (const epsilon of [0, 1e-40])
    expect(() => radam(tf, [variable], { epsilon })).toThrow(
      /epsilon must be at least 1\.17.*e-38 and below/,
    );
});

it("the smallest ε leaves a weight without gradient where it is, step after step", () => {
  const variable = tf.variable(tf.tensor1d(start));
  const optimizer = radam(tf, [variable], { epsilon: 2 ** -126 });
  const zeros = tf.zeros([3]);
  disposables.push(variable, optimizer, zeros);
  for (let t = 0; t < 10; t++) optimizer.apply([zeros], 0.1);
  expect(Array.from(variable.dataSync())).toEqual(start);
});

describe("what would spoil the variables is refused before it is done", () => {
  /** Two vectors, which are joined where TensorFlow is native, and a matrix. */
  function made() {
    const variables = [[3], [2], [2, 2]].map((shape) => tf.variable(tf.ones(shape)));
    const gradients = variables.map(({ shape }) => tf.ones(shape));
    const optimizer = radam(tf, variables);
    disposables.push(...variables, ...gradients, optimizer);
    optimizer.apply(gradients, 0.1);
    return {
      optimizer,
      gradients,
      values: () => variables.map((variable) => Array.from(variable.dataSync())),
    };
  }

  it("gradients of other sizes or another number, and rates that are no finite number ≥ 0", () => {
    const { optimizer, gradients, values } = made();
    const before = values();
    const [a, b, c] = gradients;
    for (const wrong of [
      [b, a, c],
      [a, b],
      [...gradients, c],
    ]) {
      const got = wrong.map(({ size }) => size).join(", ");
      expect(() => optimizer.apply(wrong, 0.1)).toThrow(`Expected gradients of sizes 3, 2, 4; got ${got}.`);
    }
    for (const rate of [Number.NaN, Infinity, -0.1])
      expect(() => optimizer.apply(gradients, rate)).toThrow(`must be a finite number ≥ 0; got ${rate}.`);
    expect(values()).toEqual(before);
    expect(optimizer.state().steps).toBe(1);
  });

  it("states of other sizes, of no whole number of steps, and with moments that no step leads to", () => {
    const { optimizer } = made();
    const state = optimizer.state();
    const [a, b, c] = state.moments;
    const spoilt = (m: number, v: number) =>
      [[Float32Array.of(m, 0, 0), Float32Array.of(v, 0, 0)], b, c] as const;
    const cases: [Partial<OptimizerState>, string][] = [
      [{ moments: [b, a, c] }, "Expected stored moments of sizes 3, 2, 4; got 2, 3, 4."],
      [{ moments: [[a[0], b[1]], b, c] }, "Expected stored moments of sizes 3, 2, 4; got 2, 2, 4."],
      [{ moments: [a, b] }, "got 3, 2."],
      [{ steps: Number.NaN }, "steps must be a whole number ≥ 0; got NaN."],
      [{ moments: spoilt(Number.NaN, 0) }, "Stored moments must be finite"],
      [{ moments: spoilt(0, Number.NaN) }, "Stored moments must be finite"],
      [{ moments: spoilt(0, -1) }, "squares ≥ 0"],
    ];
    for (const [wrong, message] of cases) {
      expect(() => optimizer.restore({ ...state, ...wrong })).toThrow(message);
      expect(optimizer.state()).toEqual(state);
    }
  });
});
