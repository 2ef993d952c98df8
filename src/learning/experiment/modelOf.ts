import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkLayersModel } from "../model/checkLayersModel";
import { setFixedFilters } from "../model/fixedFilters";
import { checkFiniteModel } from "../train/trainingState";
import type { Configuration } from "./configuration";
import { models } from "./models";
import { madeByModule } from "./ownModule";

/**
 * The network that a configuration begins with; `folder` is where the paths of modules begin.
 * @throws RangeError where a module makes weights that are not finite.
 */
export async function modelOf({ model, seed }: Configuration, folder = "."): Promise<LayersModel> {
  const { name, kernels, module, ...options } = model;
  if (name === "module") {
    if (!module) throw new TypeError("A model of one's own needs { module }; got none.");
    const made = (await madeByModule(module, seed, folder)) as LayersModel;
    checkLayersModel(made);
    checkFiniteModel(made, `The model of ${module.file}`, "let it make finite weights");
    return made;
  }
  const built = await models[name].build({ seed, ...options });
  if (kernels === "fixed-filters") setFixedFilters(built);
  return built;
}
