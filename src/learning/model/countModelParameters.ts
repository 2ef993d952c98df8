import type { LayersModel, layers } from "@tensorflow/tfjs-node";
import { blockOf } from "./blocksOf";
import { checkLayersModel } from "./checkLayersModel";
import { type InnerLayer, innerLayers, modelLayers } from "./innerLayers";
import { isBatchNorm, isStatistic } from "./isBatchNorm";

/** How many numbers a model has and trains, by both conventions of counting. */
export type ModelParameterCount = {
  /** Weights and biases of convolutions and dense layers: the paper's convention (Table 1), 2,196,138 for its CNN. */
  readonly total: number;
  /** Those of `total` in layers that are not frozen. */
  readonly trained: number;
  /** The same with the scales and shifts of BatchNorm, 2,205,758 for the paper's CNN. */
  readonly totalWithBatchNorm: number;
  /** Those of `totalWithBatchNorm` in layers that are not frozen. */
  readonly trainedWithBatchNorm: number;
  /** Moving means and variances of BatchNorm, 9,620 for the paper's CNN: estimated, not trained. */
  readonly statistics: number;
};

/**
 * Parameters of a model by both conventions, layers of nested models included; those in trainable layers are trained.
 * Moving means and variances are estimated, not trained, and are counted apart.
 */
export function countModelParameters(model: LayersModel): ModelParameterCount {
  return countOf(modelLayers(model));
}

/** The counts of each block, by its name. */
export function countByBlock(
  model: LayersModel,
): Record<string, Pick<ModelParameterCount, "total" | "totalWithBatchNorm">> {
  checkLayersModel(model);
  const blocks: Record<string, InnerLayer[]> = {};
  for (const layer of model.layers) {
    blocks[blockOf(layer)] ??= [];
    blocks[blockOf(layer)].push(...innerLayers(layer));
  }
  return Object.fromEntries(
    Object.entries(blocks).map(([block, inner]) => {
      const { total, totalWithBatchNorm } = countOf(inner);
      return [block, { total, totalWithBatchNorm }];
    }),
  );
}

function countOf(inner: readonly InnerLayer[]): ModelParameterCount {
  const sum = (kept: (layer: InnerLayer) => boolean, statistics = false) =>
    inner.filter(kept).reduce((count, { one }) => count + sizeOf(one, statistics), 0);
  const plain = ({ one }: InnerLayer) => !isBatchNorm(one);
  return {
    total: sum(plain),
    trained: sum((layer) => plain(layer) && layer.trainable),
    totalWithBatchNorm: sum(() => true),
    trainedWithBatchNorm: sum(({ trainable }) => trainable),
    statistics: sum(() => true, true),
  };
}

function sizeOf(layer: layers.Layer, statistics: boolean): number {
  const counted = layer.weights.filter((weight) => isStatistic(weight.originalName) === statistics);
  return counted.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, extent) => size * (extent ?? 1), 1),
    0,
  );
}
