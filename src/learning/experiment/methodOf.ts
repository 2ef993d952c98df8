import type { LayersModel } from "@tensorflow/tfjs-node";
import type { Method } from "../method/method";
import { definitionOf, type MethodConfiguration } from "./methodConfiguration";

/** The method that a phase's configuration names, made for this model; freezes the model's layers accordingly. */
export function methodOf(model: LayersModel, configuration: MethodConfiguration, seed: number): Method {
  const { options, make } = definitionOf(configuration);
  const { name: _, ...own } = configuration;
  return make(model, ("seed" in options ? { ...own, seed } : own) as never);
}
