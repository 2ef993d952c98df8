import type { LayersModel, Tensor1D } from "@tensorflow/tfjs-node";
import type { Tensorflow } from "../backend";
import type { Dataset } from "../dataset/dataset";
import type { Chain } from "./chain";
import { chainOf } from "./chainOf";
import { type Resident, resident, withDispose } from "./evaluate";
import { cacheFeatures } from "./features";
import { type FrozenBehaviour, frozenPrefix, linksOf } from "./link";
import type { Method } from "./method";

type Input = {
  tf: Tensorflow;
  model: LayersModel;
  method: Method;
  options: { readonly frozen?: FrozenBehaviour; readonly cache?: boolean };
};
type Own = <T extends { dispose(): void }>(thing: T) => T;

/** The chain to train, and how a set of images gets to its beginning: as it is, or as cached features. */
export function prepareChain({ tf, model, method, options }: Input, own: Own) {
  const links = linksOf(model, options.frozen);
  const count = options.cache ? frozenPrefix(links, new Set(method.carriers)) : 0;
  const chain: Chain = own(chainOf(tf, links.slice(count)));
  const prefix = count > 0 ? own(chainOf(tf, links.slice(0, count))) : undefined;
  const prepare = async (set: Dataset["train"]): Promise<Resident> => {
    const shape = links[0].input as unknown as Dataset["shape"];
    const data = resident(tf, { shape }, set);
    if (!prefix) return own(data);
    try {
      return own(await cacheFeatures(tf, prefix, data, count));
    } finally {
      data.dispose();
    }
  };
  return { chain, prepare };
}

/** The images with these indices, gathered natively. */
export function gather(tf: Tensorflow, data: Resident, indices: Int32Array): Resident {
  const where = tf.tensor1d(indices, "int32");
  const images = tf.gather(data.images, where);
  const labels = tf.gather(data.labels, where) as Tensor1D;
  where.dispose();
  return withDispose(images, labels, indices.length);
}
