import type { LayersModel } from "@tensorflow/tfjs-node";
import type { Dataset } from "../dataset/dataset";
import { selectLabels } from "../dataset/split";
import { countModelParameters, type ModelParameterCount } from "../model/countModelParameters";
import { type FitOptions, fit as fitModel } from "./fit";
import type { FitResult } from "./fitResult";
import { freeze, type LayerSelection } from "./freeze";

/** What a strategy trained and with what success. */
export type StrategyResult = {
  /** The training on all classes. */
  readonly result: FitResult;
  /** What it trained, by both conventions. */
  readonly parameters: ModelParameterCount;
  /** What came before it, where anything did. */
  readonly pretraining?: FitResult;
};

/** Strategy S1 (Section 3): every parameter, on all samples. */
export async function trainS1(
  model: LayersModel,
  data: Dataset,
  options: FitOptions = {},
): Promise<StrategyResult> {
  const parameters = freeze(model, { train: "all" });
  return { parameters, result: await fitModel(model, data, options) };
}

/** The options of `fit` for the second part of S2, and what its parts learn. */
export type S2Options = FitOptions & {
  /** The labels seen first, 0 to 4 in the paper. */
  readonly pretrainLabels?: readonly number[];
  /** What differs in pre-training from `options`; the paper does not say how long it was. */
  readonly pretrain?: FitOptions;
  /** What is trained afterwards, Blocks 2 and 4 in the paper. */
  readonly train?: LayerSelection;
};

/**
 * Strategy S2 (Section 3): every parameter on the samples of some labels, then only Blocks 2 and 4 on all
 * samples. The learning rate starts anew, frozen blocks keep their BatchNorm statistics and drop nothing, and
 * their output is computed once: the paper leaves these open.
 */
export async function trainS2(
  model: LayersModel,
  data: Dataset,
  options: S2Options = {},
): Promise<StrategyResult> {
  const { pretrainLabels = [0, 1, 2, 3, 4], pretrain, train = [2, 4], ...rest } = options;
  const some = selectLabels(data, pretrainLabels);
  freeze(model, { train: "all" });
  const { onCheckpoint: _, resume: __, method: ___, ...shared } = rest;
  const pretraining = await fitModel(model, some, { ...shared, ...pretrain });
  freeze(model, { train });
  const parameters = countModelParameters(model);
  if (pretraining.aborted)
    return { pretraining, parameters, result: { ...pretraining, epochs: [], steps: 0, seconds: 0 } };
  return { pretraining, parameters, result: await fitModel(model, data, { cache: true, ...rest }) };
}
