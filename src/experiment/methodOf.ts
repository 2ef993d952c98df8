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
      return batchNormOnly(model, method);
    case "biases":
      return biasesOnly(model, method);
    case "lora":
      return lora(model, { ...method, seed });
    case "vera":
      return vera(model, { ...method, seed });
    case "subset":
      return randomSubset(model, { ...method, seed });
    case "subspace":
      return randomSubspace(model, { ...method, seed });
    case "networks":
      return randomNetworks(model, { ...method, seed });
  }
}
