import type { LayersModel } from "@tensorflow/tfjs-node";
import { batchNormOnly } from "../method/batchNormOnly";
import { biasesOnly } from "../method/biasesOnly";
import { headOnly } from "../method/headOnly";
import { lora } from "../method/lora";
import { type Method, unfrozenWeights } from "../method/method";
import { randomNetworks } from "../method/randomNetworks";
import { randomSubset } from "../method/randomSubset";
import { randomSubspace } from "../method/randomSubspace";
import { vera } from "../method/vera";
import { freeze } from "../model/freeze";
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
