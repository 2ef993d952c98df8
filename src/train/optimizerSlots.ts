import type { Tensor } from "@tensorflow/tfjs-node";
import type { StepSize } from "./stepSize";

/** Constants of RAdam and Adam, as in the formulas of `radam`. */
export type OptimizerOptions = {
  /** "radam": Liu and others 2020; "adam": Kingma and Ba 2015, the same without rectification. */
  readonly kind?: "radam" | "adam";
  readonly beta1?: number;
  readonly beta2?: number;
  /** What is added to √v: above 0, for √v is 0 where no gradient ever was. */
  readonly epsilon?: number;
  /** λ; 1e-4 in `fit` and in runs, 0 in `radam` itself. */
  readonly weightDecay?: number;
  /** Decay the weights themselves, θ ← θ − η·λ·θ, instead of adding λ·θ to the gradient. */
  readonly decoupled?: boolean;
};

/** Steps taken, and the moments m and v of each variable. */
export type OptimizerState = {
  readonly steps: number;
  /** Those that the steps were taken with; absent in states of earlier versions. */
  readonly options?: Required<OptimizerOptions>;
  readonly moments: readonly (readonly [Float32Array, Float32Array])[];
};

/** The options that do not change from step to step. */
export type Fixed = Required<Omit<OptimizerOptions, "kind">>;
/** The moments of all variables, and one step with them. */
export type Slots = {
  apply(gradients: readonly Tensor[], learningRate: number, size: StepSize): void;
  read(): OptimizerState["moments"];
  write(moments: OptimizerState["moments"]): void;
  dispose(): void;
};
