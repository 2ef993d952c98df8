import type { LayersModel } from "@tensorflow/tfjs-node";
import { type CacheOptions, featureCache } from "../batches/featureCache";
import { type Resident, resident } from "../batches/resident";
import type { Dataset } from "../dataset/dataset";
import type { Method } from "../method/method";
import type { Activity } from "../model/activity";
import { frozenPrefix, linksOf } from "../passes/link";
import type { Passes } from "../passes/passes";
import { passesOf } from "../passes/passesOf";
import { checkLayers } from "../passes/stockLayer";
import type { Tensorflow } from "../tensorflow/tensorflow";

type Input = {
  tf: Tensorflow;
  model: LayersModel;
  method: Method;
  activity: Activity;
  options: {
    readonly cache?: boolean | CacheOptions;
    readonly signal?: AbortSignal;
  };
};
type Own = <T extends { dispose(): void }>(thing: T) => T;

/** The passes to train by, and a function that prepares a set of images for them: as it is, or as cached features. */
export function preparePasses({ tf, model, method, activity, options }: Input, own: Own) {
  checkLayers(model, method.carriers, activity);
  const links = linksOf(model, activity);
  const { cache, signal } = options;
  const count = cache ? frozenPrefix(links, new Set(method.carriers)) : 0;
  if (typeof cache === "object" && count === 0) {
    throw new Error(
      "Nothing can be cached: no leading layer is frozen, or what is frozen ends inside of branches. " +
        "Freeze leading layers, or leave `cache` out.",
    );
  }
  const passes: Passes = own(passesOf(tf, links.slice(count)));
  const prefix = count > 0 ? own(passesOf(tf, links.slice(0, count))) : undefined;
  const features =
    prefix && featureCache(tf, prefix, links[count - 1].output, cache === true ? {} : cache || {});
  const prepare = async (set: Dataset["train"]): Promise<Resident> => {
    const shape = links[0].input as unknown as Dataset["shape"];
    const data = resident(tf, { shape }, set);
    if (!features) return own(data);
    try {
      return own(await features(data, set.labels, signal));
    } finally {
      data.dispose();
    }
  };
  return { passes, prepare };
}
