import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { modelLayers } from "./innerLayers";

/** The last dense layer of a model, in a nested model too; undefined where there is none. */
export function headOf(model: LayersModel): layers.Layer | undefined {
  return modelLayers(model)
    .filter(({ one }) => one.getClassName() === "Dense")
    .at(-1)?.one;
}
