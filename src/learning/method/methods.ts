import { batchNormOnlyMethod } from "./batchNormOnly";
import { biasesOnlyMethod } from "./biasesOnly";
import { blocksMethod } from "./blocks";
import { headClassesMethod } from "./headClasses";
import { headOnlyMethod } from "./headOnly";
import { loraMethod } from "./lora";
import { randomNetworksMethod } from "./randomNetworks";
import { randomSubsetMethod } from "./randomSubset";
import { randomSubspaceMethod } from "./randomSubspace";
import { veraMethod } from "./vera";

export { batchNormOnly } from "./batchNormOnly";
export { biasesOnly } from "./biasesOnly";
export { blocks } from "./blocks";
export { type HeadClassesOptions, headClasses } from "./headClasses";
export { headOnly } from "./headOnly";
export { type LoraOptions, lora } from "./lora";
export { type RandomNetworksOptions, randomNetworks } from "./randomNetworks";
export { type RandomSubsetOptions, randomSubset } from "./randomSubset";
export { type RandomSubspaceOptions, randomSubspace } from "./randomSubspace";
export { type VeraOptions, vera } from "./vera";

/** Every method that an experiment may name; the default export, since src/learning exports all the others. */
const METHODS = [
  blocksMethod,
  headOnlyMethod,
  headClassesMethod,
  batchNormOnlyMethod,
  biasesOnlyMethod,
  loraMethod,
  veraMethod,
  randomSubsetMethod,
  randomSubspaceMethod,
  randomNetworksMethod,
] as const;

export default METHODS;
