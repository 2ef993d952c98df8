import type { Tensor, Tensor1D, Variable } from "@tensorflow/tfjs-node";

/** A batch: images [n, …shape] as float32 and labels [n] as int32. */
export type Batch = { readonly images: Tensor; readonly labels: Tensor1D };

export type StepResult = {
  /** Sum of the cross-entropies −log p(label) over the batch, in nats. */
  readonly loss: number;
  /** Images whose largest logit is at their label. */
  readonly correct: number;
};

export type TrainingStep = StepResult & {
  /** The gradients of the *mean* cross-entropy, in the order asked for; the caller disposes of them. */
  readonly gradients: readonly Tensor[];
};

/** Forward and backward passes through a model, native or in portable operations. */
export type Passes = {
  /**
   * One training pass: gradients with respect to `wanted`; active BatchNorm moves its statistics. `seed`
   * and `step` decide the drop-out masks.
   */
  train(batch: Batch, wanted: readonly Variable[], draw: { seed: number; step: number }): TrainingStep;
  /** Loss and hits in inference mode. */
  score(batch: Batch): StepResult;
  /** The output of the last link, a whole model's logits, in inference mode; the caller disposes of it. */
  infer(images: Tensor): Tensor;
  dispose(): void;
};
