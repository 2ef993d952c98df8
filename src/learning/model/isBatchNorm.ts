import type { layers } from "@tensorflow/tfjs-node";

/** Whether a layer is BatchNorm itself; a nested model is not, whatever is in it. */
export function isBatchNorm(layer: layers.Layer): boolean {
  return layer.getClassName() === "BatchNormalization";
}

/** Whether a weight of that name is one of BatchNorm's moving statistics; "#2" tells it from another of that name. */
export function isStatistic(name: string): boolean {
  return /\/moving_(mean|variance)(#\d+)?$/.test(name);
}
