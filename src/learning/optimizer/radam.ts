import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { checkFlags } from "../../common/checkFlags";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { checkSizes } from "../dataset/checkSizes";
import { checkWhole } from "../model/checkWhole";
import { NativeOps } from "../tensorflow/nativeOps";
import { isNative, type Tensorflow } from "../tensorflow/tensorflow";
import { checkRates } from "./learningRate";
import type { Fixed, Moments, OptimizerOptions, OptimizerState } from "./moments";
import { NativeMoments } from "./nativeMoments";
import { OwnMoments } from "./ownMoments";
import { PortableMoments } from "./portableMoments";
import { stepSize } from "./stepSize";

/** The smallest normal number of float32: a smaller ε becomes 0, and m/(√v + ε) is 0/0 where gradients are 0. */
const SMALLEST = 2 ** -126;

export type { OptimizerOptions, OptimizerState } from "./moments";

export const OPTIMIZER_OPTIONS: Record<keyof OptimizerOptions, true> = {
  kind: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  correctedEpsilon: true,
  weightDecay: true,
  decoupled: true,
};

/** An optimizer of certain variables, with its state. */
export type Optimizer = {
  /**
   * Changes the variables by one step along `gradients`, in the same order.
   * @throws RangeError for gradients of other sizes, and a rate that is no finite number ≥ 0.
   */
  apply(gradients: readonly Tensor[], learningRate: number): void;
  state(): OptimizerState;
  /** Goes on from a state. @throws RangeError where its sizes or options differ, or training cannot lead to it. */
  restore(state: OptimizerState): void;
  dispose(): void;
};

/**
 * Rectified Adam for `variables`. With g the gradient (plus λθ, unless decoupled) of step t = 1, 2, …:
 *   m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  ρ∞ = 2/(1−β₂) − 1,  ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ);
 *   if ρ > 5:  θ ← θ − η r √(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε),  r² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ);
 *   else:      θ ← θ − η/(1−β₁ᵗ) · m.
 * Liu and others, "On the variance of the adaptive learning rate and beyond" (2020), Algorithm 2, with ρ > 5 instead of
 * their ρ > 4, as in PyTorch.
 * Adam always has r = 1 and takes the first line. ε is added to √v, as in PyTorch's RAdam; to √v̂, v̂ = v/(1−β₂ᵗ), with
 * `correctedEpsilon: true`, as in PyTorch's Adam and in Kingma and Ba (2015), for RAdam too.
 * λ is 0 by default here; in `fit` it is the paper's 1e-4.
 * @throws RangeError for options out of range: 0 ≤ β₁, β₂ < 1, λ ≥ 0, ε ≥ 2^−126, with √v̂ also ε√(1−β₂) ≥ 2^−126;
 *   TypeError for unknown ones.
 */
export function radam(
  tf: Tensorflow,
  variables: readonly Variable[],
  options: OptimizerOptions = {},
): Optimizer {
  checkKeys("radam", options, OPTIMIZER_OPTIONS);
  const {
    kind = "radam",
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    correctedEpsilon = false,
    weightDecay = 0,
    decoupled = false,
  } = options;
  if (kind !== "radam" && kind !== "adam") {
    throw new RangeError(`optimizer.kind must be "radam" or "adam"; got ${shown(kind)}.`);
  }
  checkFlags({ correctedEpsilon, decoupled });
  const fixed = { beta1, beta2, epsilon, correctedEpsilon, weightDecay, decoupled };
  const settings = { kind, ...fixed };
  for (const [name, value, least, most] of [
    ["beta1", beta1, 0, 1],
    ["beta2", beta2, 0, 1],
    ["weightDecay", weightDecay, 0, Infinity],
    ["epsilon", epsilon, correctedEpsilon ? SMALLEST / Math.sqrt(1 - beta2) : SMALLEST, Infinity],
  ] as const) {
    if (typeof value !== "number" || !(value >= least && value < most))
      throw new RangeError(`${name} must be at least ${least} and below ${most}; got ${shown(value)}.`);
  }
  const sizes = variables.map(({ size }) => size);
  const moments = momentsOf(tf, variables, fixed);
  let steps = 0;
  return {
    apply(gradients, learningRate) {
      checkRates({ "The learning rate": learningRate });
      checkSizes(
        "Expected gradients of",
        sizes,
        gradients.map(({ size }) => size),
      );
      steps++;
      moments.apply(gradients, learningRate, stepSize(kind, steps, beta1, beta2));
    },
    state: () => ({ steps, options: settings, moments: moments.read() }),
    restore(state) {
      // Earlier versions could add ε to √v only.
      const stored: OptimizerOptions = state.options ?? settings;
      for (const name of Object.keys(OPTIMIZER_OPTIONS) as (keyof OptimizerOptions)[]) {
        const then = stored[name] ?? (name === "correctedEpsilon" ? false : undefined);
        if (then !== settings[name])
          throw new RangeError(
            `The stored optimizer has ${name} ${shown(then)}; got ${shown(settings[name])}: give the options that it was stored with.`,
          );
      }
      checkWhole({ "The stored optimizer's steps": state.steps }, 0);
      for (const which of [0, 1]) {
        checkSizes(
          "Expected stored moments of",
          sizes,
          state.moments.map((pair) => pair[which].length),
        );
      }
      // A square may be infinite, beyond float32: its weight then stands still.
      if (!state.moments.every(([m, v]) => m.every(Number.isFinite) && v.every((square) => square >= 0)))
        throw new RangeError(
          "Stored moments must be finite, squares ≥ 0: take the state of an earlier epoch.",
        );
      steps = state.steps;
      moments.write(state.moments);
    },
    dispose: () => moments.dispose(),
  };
}

function momentsOf(tf: Tensorflow, variables: readonly Variable[], fixed: Fixed): Moments {
  if (!isNative()) return new PortableMoments(tf, variables, fixed);
  const ops = new NativeOps(tf);
  return ops.hasOwn ? new OwnMoments(ops, variables, fixed) : new NativeMoments(ops, variables, fixed);
}
