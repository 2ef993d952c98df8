import type { LayersModel } from "@tensorflow/tfjs-node";
import { setFixedFilters } from "../model/fixedFilters";
import { leNet } from "../model/leNet";
import { multilayerPerceptron } from "../model/multilayerPerceptron";
import { paperCNN } from "../model/paperCNN";
import type { Configuration } from "./configuration";

/** The network that a configuration begins with. */
export async function modelOf({ model, seed }: Configuration): Promise<LayersModel> {
  const { name, width, dropout, kernels } = model;
  const built =
    name === "paper-cnn"
      ? await paperCNN({ seed, width, dropout })
      : await (name === "lenet" ? leNet : multilayerPerceptron)({ seed });
  if (kernels === "fixed-filters") setFixedFilters(built);
  return built;
}
