import type { Tensor } from "@tensorflow/tfjs-node";
import type { StepSize } from "./stepSize";

/** Constants of RAdam and Adam, as in the formulas of `radam`. */
export type OptimizerOptions = {
  /** "radam": Liu and others 2020; "adam": Kingma and Ba 2015, the same without rectification. */
  readonly kind?: "radam" | "adam";
  readonly beta1?: number;
  readonly beta2?: number;
  /** What is added to √v; above 0, since √v is 0 where every gradient was 0. */
  readonly epsilon?: number;
  /**
   * Add ε to √v̂, v̂ = v/(1−β₂ᵗ), as in Adam's paper and PyTorch's Adam. By default ε is added to √v, as in
   * TensorFlow's Adam and PyTorch's RAdam. It matters where gradients are not far above ε.
   */
  readonly correctedEpsilon?: boolean;
  /** λ; 1e-4 in `fit` and in runs, 0 in `radam` itself. */
  readonly weightDecay?: number;
  /** Decay the weights themselves, θ ← θ − η·λ·θ, instead of adding λ·θ to the gradient. */
  readonly decoupled?: boolean;
};

/** Steps taken, and the moments m and v of each variable. */
export type OptimizerState = {
  readonly steps: number;
  /** The options of these steps; absent in states of earlier versions. */
  readonly options?: Required<OptimizerOptions>;
  readonly moments: readonly (readonly [Float32Array, Float32Array])[];
};

/** The options that do not change from step to step. */
export type Fixed = Required<Omit<OptimizerOptions, "kind" | "correctedEpsilon">> &
  Pick<OptimizerOptions, "correctedEpsilon">;
/** What is added to √v in a step: (√v̂ + ε)√(1−β₂ᵗ) = √v + ε√(1−β₂ᵗ). */
export const epsilonOf = ({ epsilon, correctedEpsilon }: Fixed, { second }: StepSize): number =>
  correctedEpsilon ? epsilon * Math.sqrt(second) : epsilon;
/** The moments of all variables, and one step with them. */
export type Moments = {
  apply(gradients: readonly Tensor[], learningRate: number, size: StepSize): void;
  read(): OptimizerState["moments"];
  write(moments: OptimizerState["moments"]): void;
  dispose(): void;
};
