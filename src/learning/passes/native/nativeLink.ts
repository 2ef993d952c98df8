import type { Variable } from "@tensorflow/tfjs-node";
import type { Id } from "../../tensorflow/nativeOps";

export type Draw = { readonly size: number; readonly seed: number; readonly step: number };
export type Request = {
  /** Whether the gradient of a weight is asked for. */
  readonly wants: (weight: Variable) => boolean;
  /** Whether the gradient of the input is asked for. */
  readonly input: boolean;
};
export type LinkGradients = { readonly input?: Id; readonly weights: readonly (readonly [Variable, Id])[] };
export type Pass = { readonly output: Id; readonly gradients: (g: Id, request: Request) => LinkGradients };

/** A link in native operations; handles live until the next sweep. */
export type NativeLink = {
  infer(x: Id): Id;
  train(x: Id, draw: Draw): Pass;
};
