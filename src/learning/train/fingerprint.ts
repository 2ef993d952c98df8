import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { sha256 } from "../../common/platform";
import type { Method } from "../method/method";
import { activityOf } from "../model/activity";
import type { FrozenBehaviour } from "../model/frozenBehaviour";
import { isStatistic } from "../model/isBatchNorm";
import { type NamedWeight, namedWeights } from "../model/namedWeights";

/** A model and what trains it; `frozen` as it is given to `fit`. */
export type Trained = {
  readonly model: LayersModel;
  readonly method: Method;
  readonly frozen?: FrozenBehaviour;
};

/** Whether a training by the method moves a weight without training it, whatever was frozen since. */
export function moving({ model, method, frozen }: Trained): (weight: NamedWeight) => boolean {
  const { movesStatistics } = activityOf(model, frozen, method.unfrozen);
  return ({ one, name }) => isStatistic(name) && movesStatistics(one);
}

/**
 * The first 16 hexadecimal digits of the SHA-256 of all that a trained model depends on besides the trained numbers: the
 * method's constants and the weights that it does not change.
 */
export function fingerprint({ model, method, frozen }: Trained): string {
  const hash = sha256();
  const moves = moving({ model, method, frozen });
  const still = namedWeights(model).filter(
    (weight) => !method.carriers.includes(weight.variable) && !moves(weight),
  );
  const fixed: readonly Tensor[] = [...(method.constants ?? []), ...still.map(({ variable }) => variable)];
  for (const tensor of fixed) {
    const { buffer, byteOffset, byteLength } = tensor.dataSync();
    hash.update(`${tensor.dtype} ${tensor.shape.join("×")}\n`);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}
