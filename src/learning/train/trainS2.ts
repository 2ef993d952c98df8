import type { LayersModel } from "@tensorflow/tfjs-node";
import { shown } from "../../common/shown";
import type { Dataset } from "../dataset/dataset";
import { selectLabels } from "../dataset/splitValidation";
import type { ModelParameterCount } from "../model/countModelParameters";
import { freeze, type LayerSelection, selectLayers } from "../model/freeze";
import { checkFit } from "./checkFit";
import { fit as fitModel } from "./fit";
import type { FitOptions } from "./fitOptions";
import type { FitResult } from "./fitResult";

/** What a strategy trained and with what success. */
export type StrategyResult = {
  /** The training on all classes. */
  readonly result: FitResult;
  /** What it trained, by both conventions. */
  readonly parameters: ModelParameterCount;
  /** The pre-training, if there was one. */
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

/** The options of `fit` but the method: both parts of S2 train the weights themselves. */
type PartOptions = Omit<FitOptions, "method">;

/** The options of `fit` for the second part of S2, and what its parts learn. */
export type S2Options = PartOptions & {
  /** The labels seen first, 0 to 4 in the paper. */
  readonly pretrainLabels?: readonly number[];
  /** What differs in pre-training from `options`; the paper does not say how long it was. */
  readonly pretrain?: PartOptions;
  /** What is trained afterwards, Blocks 2 and 4 in the paper. */
  readonly train?: LayerSelection;
};

/**
 * Strategy S2 (Section 3): every parameter on the samples of some labels, then only Blocks 2 and 4 on all
 * samples. The learning rate starts anew, frozen blocks keep their BatchNorm statistics and drop nothing, and
 * their output is computed once, kept as `cache` says: the paper leaves these open. If pre-training is aborted, the
 * second part has no epoch.
 * @throws TypeError for a `method`, and what `fit` throws.
 */
export async function trainS2(
  model: LayersModel,
  data: Dataset,
  options: S2Options = {},
): Promise<StrategyResult> {
  // Only an object has options to take out; `checkFit` refuses anything else.
  if (typeof options !== "object" || options === null) checkFit(model, data, options);
  const { pretrainLabels = [0, 1, 2, 3, 4], pretrain, train = [2, 4], ...rest } = options;
  if ([rest, pretrain].some((part: FitOptions = {}) => part.method)) {
    throw new TypeError(
      "trainS2 trains the weights themselves; got a method, which would start before the pre-training: " +
        "pre-train by fit, make the method then, and give it to fit.",
    );
  }
  if (pretrain !== undefined && (typeof pretrain !== "object" || pretrain === null))
    throw new TypeError(`pretrain must be an object of fit's options; got ${shown(pretrain)}.`);
  // Faults of the second part show before the hours of the first.
  checkFit(model, data, rest);
  selectLayers(model, train, "train");
  const some = selectLabels(data, pretrainLabels);
  freeze(model, { train: "all" });
  const { onCheckpoint: _, resume: __, cache: ___, ...shared } = rest;
  const pretraining = await fitModel(model, some, { ...shared, ...pretrain });
  const parameters = freeze(model, { train });
  if (pretraining.aborted) {
    const trained = parameters.trainedWithBatchNorm;
    return { pretraining, parameters, result: { epochs: [], steps: 0, seconds: 0, aborted: true, trained } };
  }
  return { pretraining, parameters, result: await fitModel(model, data, { cache: true, ...rest }) };
}
