import { batchNormOnlyMethod } from "./batchNormOnly";
import { biasesOnlyMethod } from "./biasesOnly";
import { blocksMethod } from "./blocks";
import { headOnlyMethod } from "./headOnly";
import { loraMethod } from "./lora";
import { randomNetworksMethod } from "./randomNetworks";
import { randomSubsetMethod } from "./randomSubset";
import { randomSubspaceMethod } from "./randomSubspace";
import { veraMethod } from "./vera";

/** Every method that an experiment may name. */
export const METHODS = [
  blocksMethod,
  headOnlyMethod,
  batchNormOnlyMethod,
  biasesOnlyMethod,
  loraMethod,
  veraMethod,
  randomSubsetMethod,
  randomSubspaceMethod,
  randomNetworksMethod,
] as const;
