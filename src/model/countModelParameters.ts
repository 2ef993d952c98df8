import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { blockOf } from "./blocks";

export type ModelParameterCount = {
  /** Weights and biases of convolutions and dense layers: the paper's convention (Table 1), 2,196,138 for its CNN. */
  readonly total: number;
  readonly trained: number;
  /** The same with the scales and shifts of BatchNorm, 2,205,758 for the paper's CNN. */
  readonly totalWithBatchNorm: number;
  readonly trainedWithBatchNorm: number;
};

/**
 * Parameters of a model by both conventions, of which those in trainable layers are trained; moving means and
 * variances are estimated, not trained, and count in neither.
 */
export function countModelParameters(model: LayersModel): ModelParameterCount {
  const sum = (kept: (layer: layers.Layer) => boolean) =>
    model.layers.filter(kept).reduce((count, layer) => count + parametersOf(layer), 0);
  const plain = (layer: layers.Layer) => !isBatchNorm(layer);
  return {
    total: sum(plain),
    trained: sum((layer) => plain(layer) && layer.trainable),
    totalWithBatchNorm: sum(() => true),
    trainedWithBatchNorm: sum((layer) => layer.trainable),
  };
}

/** The counts of each block, by its name. */
export function countByBlock(
  model: LayersModel,
): Record<string, Pick<ModelParameterCount, "total" | "totalWithBatchNorm">> {
  const counts: Record<string, { total: number; totalWithBatchNorm: number }> = {};
  for (const layer of model.layers) {
    counts[blockOf(layer)] ??= { total: 0, totalWithBatchNorm: 0 };
    const count = counts[blockOf(layer)];
    count.totalWithBatchNorm += parametersOf(layer);
    if (!isBatchNorm(layer)) count.total += parametersOf(layer);
  }
  return counts;
}

export function isBatchNorm(layer: layers.Layer): boolean {
  return layer.getClassName() === "BatchNormalization";
}

function parametersOf(layer: layers.Layer): number {
  const learnt = layer.weights.filter((weight) => !/\/moving_(mean|variance)$/.test(weight.originalName));
  return learnt.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, extent) => size * (extent ?? 1), 1),
    0,
  );
}
