import type { LayersModel } from "@tensorflow/tfjs-node";
import { freeze } from "../train/freeze";
import { lora } from "../train/lora";
import { type Method, unfrozenWeights } from "../train/method";
import { batchNormOnly, biasesOnly, headOnly } from "../train/partial";
import { randomNetworks } from "../train/randomNetworks";
import { randomSubset } from "../train/randomSubset";
import { randomSubspace } from "../train/randomSubspace";
import { vera } from "../train/vera";
import type { MethodConfiguration } from "./configuration";

/** The method that a phase's configuration names, on this model, whose layers it freezes accordingly. */
export function methodOf(model: LayersModel, method: MethodConfiguration, seed: number): Method {
  switch (method.name) {
    case "weights":
      freeze(model, { train: method.train });
      return unfrozenWeights(model);
    case "head":
      return headOnly(model);
    case "batchNorm":
      return batchNormOnly(model, optionsOf(method));
    case "biases":
      return biasesOnly(model, optionsOf(method));
    case "lora":
      return lora(model, { ...optionsOf(method), seed });
    case "vera":
      return vera(model, { ...optionsOf(method), seed });
    case "subset":
      return randomSubset(model, { ...optionsOf(method), seed });
    case "subspace":
      return randomSubspace(model, { ...optionsOf(method), seed });
    case "networks":
      return randomNetworks(model, { ...optionsOf(method), seed });
  }
}

function optionsOf<M extends MethodConfiguration>({ name: _, ...options }: M): Omit<M, "name"> {
  return options;
}
