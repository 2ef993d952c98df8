import { breathe, cacheFolder, machineMemory, path } from "../../common/platform";
import { shown } from "../../common/shown";
import type { Passes } from "../passes/passes";
import type { Tensorflow } from "../tensorflow/tensorflow";
import { IMAGES_AT_ONCE, inOrder, labelledRows, type Resident } from "./resident";
import type { Rows } from "./rows";
import { rowsInFile } from "./rowsInFile";
import { rowsInMemory } from "./rowsInMemory";

/** Where cached features are kept. */
export type CacheOptions = {
  /** Bytes of features in memory, all sets together; a set beyond is read from a file. Half of the machine's by default. */
  readonly memoryLimit?: number;
  /** The folder of that file, which is removed with the training; in the user's cache folder by default. */
  readonly folder?: string;
};

/** Makes the features of one set after another; an aborted set lacks some of them. */
export type FeatureCache = (
  data: Resident,
  labels: ArrayLike<number>,
  signal?: AbortSignal,
) => Promise<Resident>;

/**
 * The output of a frozen chain for all images, computed once: valid as long as the chain stays frozen. Takes 4
 * bytes a value: 18 KB an image after Block 1 of the paper's CNN, 1.1 GB for 60,000.
 */
export function featureCache(
  tf: Tensorflow,
  passes: Passes,
  shape: readonly number[],
  { memoryLimit = machineMemory() / 2, folder }: CacheOptions = {},
): FeatureCache {
  if (!(memoryLimit >= 0))
    throw new RangeError(`memoryLimit must be a number of bytes ≥ 0; got ${shown(memoryLimit)}.`);
  let left = memoryLimit;
  const room = async (count: number): Promise<Rows> => {
    const bytes = count * shape.reduce((a, b) => a * b, Float32Array.BYTES_PER_ELEMENT);
    if (bytes > left) return rowsInFile(tf, count, shape, folder ?? (await featureFolder()));
    left -= bytes;
    return rowsInMemory(tf, count, shape);
  };
  return async (data, labels, signal) => {
    const rows = await room(data.count);
    const features = labelledRows(tf, rows, labels);
    try {
      for (const indices of inOrder(data, IMAGES_AT_ONCE)) {
        if (signal?.aborted) break;
        const part = data.pick(indices);
        try {
          rows.append(passes.infer(part.images));
        } finally {
          part.dispose();
        }
        await breathe();
      }
    } catch (error) {
      features.dispose();
      throw error;
    }
    return features;
  };
}

async function featureFolder(): Promise<string> {
  return path.join(cacheFolder(), "features");
}
