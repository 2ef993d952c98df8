import type { LayersModel } from "@tensorflow/tfjs-node";
import { setFixedFilters } from "../model/fixedFilters";
import type { Configuration } from "./configuration";
import { models } from "./models";

/** The network that a configuration begins with. */
export async function modelOf({ model, seed }: Configuration): Promise<LayersModel> {
  const { name, kernels, ...options } = model;
  const built = await models[name].build({ seed, ...options });
  if (kernels === "fixed-filters") setFixedFilters(built);
  return built;
}
