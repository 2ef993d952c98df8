import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { isNative, type Tensorflow } from "../backend";
import { NativeOps } from "./nativeOps";
import { NativeSlots } from "./nativeSlots";
import type { OptimizerOptions, OptimizerState, Slots } from "./optimizerSlots";
import { PortableSlots } from "./portableSlots";
import { stepSize } from "./stepSize";

export type { OptimizerOptions, OptimizerState } from "./optimizerSlots";

/** An optimizer of certain variables, with its state. */
export type Optimizer = {
  /** Changes the variables by one step along `gradients`, in the same order. */
  apply(gradients: readonly Tensor[], learningRate: number): void;
  state(): OptimizerState;
  restore(state: OptimizerState): void;
  dispose(): void;
};

/**
 * Rectified Adam for `variables`. With g the gradient (plus λθ, unless decoupled) of step t = 1, 2, …:
 *   m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,  ρ∞ = 2/(1−β₂) − 1,  ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ);
 *   if ρ > 5:  θ ← θ − η r √(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε),  r² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ);
 *   else:      θ ← θ − η/(1−β₁ᵗ) · m.
 * Liu and others, "On the variance of the adaptive learning rate and beyond" (2020), Algorithm 2, with ρ > 5
 * for their ρ > 4 as in PyTorch.
 */
export function radam(
  tf: Tensorflow,
  variables: readonly Variable[],
  options: OptimizerOptions = {},
): Optimizer {
  const {
    kind = "radam",
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
    decoupled = false,
  } = options;
  if (kind !== "radam" && kind !== "adam") {
    throw new RangeError(`optimizer.kind must be "radam" or "adam"; got ${JSON.stringify(kind)}.`);
  }
  const fixed = { beta1, beta2, epsilon, weightDecay, decoupled };
  for (const [name, value, most] of [
    ["beta1", beta1, 1],
    ["beta2", beta2, 1],
    ["weightDecay", weightDecay, Infinity],
    ["epsilon", epsilon, Infinity],
  ] as const) {
    if (!(value >= 0 && value < most))
      throw new RangeError(`${name} must be at least 0 and below ${most}; got ${value}.`);
  }
  const slots: Slots = isNative()
    ? new NativeSlots(new NativeOps(tf), variables, fixed)
    : new PortableSlots(tf, variables, fixed);
  let steps = 0;
  return {
    apply(gradients, learningRate) {
      steps++;
      slots.apply(gradients, learningRate, stepSize(kind, steps, beta1, beta2));
    },
    state: () => ({ steps, moments: slots.read() }),
    restore(state) {
      if (state.moments.length !== variables.length) {
        throw new RangeError(
          `The stored state is for ${state.moments.length} variables, here are ${variables.length}.`,
        );
      }
      steps = state.steps;
      slots.write(state.moments);
    },
    dispose: () => slots.dispose(),
  };
}
