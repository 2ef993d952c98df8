import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { ChainModel } from "../model/blocks";

/**
 * What is trained, and how it makes the model's weights: parameters θ, and weights w(θ) that the model holds
 * at all times, so that every trained model is a plain one.
 */
export type Method = {
  readonly name: string;
  /** θ, what the optimizer changes. */
  readonly parameters: readonly Variable[];
  /** Those weights of the model that depend on θ. */
  readonly carriers: readonly Variable[];
  /** Sets the carriers to w(θ). */
  write(): void;
  /** From ∂loss/∂w, in the order of the carriers, to ∂loss/∂θ; takes over the tensors it is given. */
  pullback(gradients: readonly Tensor[]): readonly Tensor[];
  /** Frees what the method holds beside the model. */
  dispose(): void;
};

/** How many numbers a method trains. */
export function trainedBy(method: Pick<Method, "parameters">): number {
  return method.parameters.reduce((sum, { size }) => sum + size, 0);
}

/** θ = the weights of all layers that are not frozen, themselves. */
export function unfrozenWeights(model: ChainModel): Method {
  return direct(
    "weights",
    model.trainableWeights.map((weight) => weight.read() as Variable),
  );
}

/** θ = some of the model's own weights. */
export function direct(name: string, variables: readonly Variable[]): Method {
  return {
    name,
    parameters: variables,
    carriers: variables,
    write: () => {},
    pullback: (g) => g,
    dispose: () => {},
  };
}
