import type { Tensor, Tensor1D, Variable } from "@tensorflow/tfjs-node";
import { describe, expect, it } from "vitest";
import { radam, tensorflow } from "../../../src/learning";
import type { OptimizerState } from "../../../src/learning/optimizer/moments";
import { NativeMoments } from "../../../src/learning/optimizer/nativeMoments";
import { PortableMoments } from "../../../src/learning/optimizer/portableMoments";
import { stepSize } from "../../../src/learning/optimizer/stepSize";
import { linksOf } from "../../../src/learning/passes/link";
import { nativePasses } from "../../../src/learning/passes/native/nativePasses";
import { portablePasses } from "../../../src/learning/passes/portablePasses";
import { NativeOps } from "../../../src/learning/tensorflow/nativeOps";
import { isNative } from "../../../src/learning/tensorflow/tensorflow";
import { disposedAfterEach } from "../../helpers/disposables";
import pytorch from "./fixtures/conventions.json";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const forms = ["native", "portable"] as const;

/** The numbers of fixtures/conventions.py. */
function numbers(): () => number {
  let state = 2022;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 20) - 2048) / 2 ** 11;
  };
}

function expectNear(mine: ArrayLike<number>, theirs: readonly number[], tolerance: number, what: string) {
  expect(mine.length, what).toBe(theirs.length);
  theirs.forEach((value, i) => {
    expect(Math.abs(mine[i] - value), `${what}, entry ${i}`).toBeLessThanOrEqual(tolerance * Math.abs(value));
  });
}

describe.each(forms)("ε of Adam, %s", (form) => {
  const skipped = form === "native" && !isNative();
  /** Values after each stored step, as rows. */
  const walk = (settings: (typeof pytorch.adam)[number], correctedEpsilon: boolean) => {
    const variable = own(tf.variable(tf.tensor1d(pytorch.start)));
    const fixed = {
      ...{ beta1: 0.9, beta2: 0.999, epsilon: settings.eps, correctedEpsilon },
      ...{ weightDecay: settings.weight_decay ?? 0, decoupled: false },
    };
    const slots = own(
      form === "native"
        ? new NativeMoments(new NativeOps(tf), [variable], fixed)
        : new PortableMoments(tf, [variable], fixed),
    );
    const draw = numbers();
    const rows: Float32Array[] = [];
    for (let t = 1; t <= (pytorch.stored.at(-1) as number); t++) {
      const gradient = tf.tensor1d(pytorch.start.map((_, i) => draw() * 2 ** (-5 * i)));
      slots.apply([gradient], settings.lr, stepSize("adam", t, 0.9, 0.999));
      gradient.dispose();
      if (pytorch.stored.includes(t)) rows.push(variable.dataSync<"float32">().slice());
    }
    return rows;
  };
  const moved = (row: ArrayLike<number>, i: number) => row[i] - pytorch.start[i];

  for (const settings of pytorch.adam) {
    it.skipIf(skipped)(
      `beside √v̂ makes the steps of PyTorch ${pytorch.torch}, for gradients as small as ε too: ${settings.name}`,
      () => {
        walk(settings, true).forEach((row, r) => {
          // TensorFlow's kernel makes 1 − β₂ of a β₂ in float32: 1.3e-5 off, half of it in √v.
          const allowed = 1e-5 * settings.lr * pytorch.stored[r];
          row.forEach((value, i) => {
            const apart = Math.abs(value - settings.values[r][i]);
            expect(apart, `step ${pytorch.stored[r]}, entry ${i}`).toBeLessThan(
              allowed + 1e-6 * Math.abs(value),
            );
          });
        });
      },
    );
  }

  it.skipIf(skipped)("beside √v makes the first step of a gradient g as long as g/(|g| + ε/√(1−β₂))", () => {
    const [settings] = pytorch.adam;
    const [here] = walk(settings, false);
    const [there] = settings.values;
    const draw = numbers();
    pytorch.start.forEach((_, i) => {
      const g = draw() * 2 ** (-5 * i);
      const expected = (epsilon: number) => (-settings.lr * g) / (Math.abs(g) + epsilon);
      // Of a step of 2e-3 from 8 float32 sees 1e-6.
      expect(Math.abs(moved(here, i) - expected(1e-8 / Math.sqrt(0.001)))).toBeLessThan(1e-6);
      expect(Math.abs(moved(there, i) - expected(1e-8))).toBeLessThan(1e-6);
    });
    // The smallest gradient is 3e-8 at most: there the two conventions are far apart.
    expect(moved(here, 5) / moved(there, 5)).toBeLessThan(0.5);
  });
});

describe("ε and stored trainings", () => {
  const optimizer = (options: object) => own(radam(tf, [own(tf.variable(tf.zeros([2])))], options));
  it("a state says where ε stood, and goes on only with it; those of earlier versions had it beside √v", () => {
    const state = optimizer({ kind: "adam", correctedEpsilon: true }).state();
    expect(state.options).toMatchObject({ correctedEpsilon: true });
    expect(() => optimizer({ kind: "adam" }).restore(state)).toThrow(
      /stored optimizer has correctedEpsilon true; got false/,
    );
    const plain = optimizer({ kind: "adam" }).state();
    const { correctedEpsilon: _, ...options } = plain.options as Required<OptimizerState>["options"];
    const earlier = { ...plain, options } as OptimizerState;
    expect(() => optimizer({ kind: "adam" }).restore(earlier)).not.toThrow();
    expect(() => optimizer({ kind: "adam", correctedEpsilon: true }).restore(earlier)).toThrow(
      /has correctedEpsilon false; got true/,
    );
  });

  it("an ε that vanishes in float32 once it is beside √v̂ is refused, and so is what is no yes or no", () => {
    const epsilon = 2 ** -126;
    expect(() => optimizer({ epsilon })).not.toThrow();
    expect(() => optimizer({ epsilon, correctedEpsilon: true })).toThrow(/epsilon must be at least/);
    expect(() => optimizer({ correctedEpsilon: "yes" })).toThrow(
      /correctedEpsilon must be true or false; got "yes"/,
    );
  });
});

describe.each(forms)("statistics of BatchNorm, %s", (form) => {
  for (const { shape, epsilon, momentum, batches } of pytorch.batchNorm) {
    it.skipIf(form === "native" && !isNative())(
      `outputs and moving means are PyTorch's; the moving variance is of ÷ n, where it has ÷ (n − 1): ${shape.join("×")}`,
      () => {
        const kept = 1 - momentum;
        const model = own(
          tf.sequential({
            layers: [
              tf.layers.batchNormalization({ inputShape: shape.slice(1), momentum: kept, epsilon }),
              ...(shape.length > 2 ? [tf.layers.flatten()] : []),
            ],
          }),
        );
        const links = linksOf(model);
        const passes = own(
          form === "native" ? nativePasses(new NativeOps(tf), links) : portablePasses(tf, links),
        );
        const statistic = (name: string) =>
          (
            model.layers[0].weights
              .find(({ originalName }) => originalName.endsWith(name))!
              .read() as Variable
          ).dataSync();
        const labels = own(tf.zeros([shape[0]], "int32")) as Tensor1D;
        const draw = numbers();
        const channels = shape[shape.length - 1];
        const size = shape.reduce((a, b) => a * b);
        const n = size / channels;
        let [mine, theirs] = [new Array<number>(channels).fill(1), new Array<number>(channels).fill(1)];
        batches.forEach(({ output, mean, variance }, b) => {
          const x = Float32Array.from({ length: size }, draw);
          const images = own(tf.tensor(x, shape)) as Tensor;
          const { loss } = passes.train({ images, labels }, [], { seed: 0, step: b });
          // The loss is of the outputs in training: log Σ exp y − y₀ for each row.
          const row = size / shape[0];
          const expected = Array.from({ length: shape[0] }, (_, r) => output.slice(r * row, (r + 1) * row))
            .map((y) => Math.log(y.reduce((sum, value) => sum + Math.exp(value), 0)) - y[0])
            .reduce((sum, value) => sum + value);
          expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-5);
          statistic("moving_mean").forEach((value, c) => {
            expect(Math.abs(value - mean[c])).toBeLessThan(1e-6);
          });
          const biased = Array.from({ length: channels }, (_, c) => {
            const own = x.filter((_, i) => i % channels === c);
            const average = own.reduce((sum, value) => sum + value, 0) / n;
            return own.reduce((sum, value) => sum + (value - average) ** 2, 0) / n;
          });
          mine = mine.map((value, c) => kept * value + momentum * biased[c]);
          theirs = theirs.map((value, c) => kept * value + (momentum * biased[c] * n) / (n - 1));
          expectNear(statistic("moving_variance"), mine, 2e-6, `batch ${b}, here`);
          expectNear(variance, theirs, 2e-6, `batch ${b}, PyTorch`);
        });
      },
    );
  }
});
