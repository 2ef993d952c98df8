import { shown } from "../../common/shown";
import type { ImageSet } from "./imageSet";

/** Refuses what is no set of images, such as a whole data set; `alone` says that labels are not needed. */
export function checkImageSet(what: string, set: Pick<ImageSet, "images">, alone = false): void {
  if (typeof set === "object" && set !== null && "images" in set) return;
  const whole = set as { readonly train?: unknown; readonly classes?: unknown } | undefined;
  const got =
    whole?.train && whole.classes ? "a whole data set: give a part of it, such as data.test" : described(set);
  throw new TypeError(
    `${what}: expected ${alone ? "{ images }" : "{ images, labels }"}, as data.test is; got ${got}.`,
  );
}

/** What came, in words, and what to do with it. */
export function described(value: unknown): string {
  const { then, forEachAsync, iterator, dataSync, columns } = (value ?? {}) as Record<string, unknown>;
  if (typeof then === "function") return "a promise: await it";
  if (typeof forEachAsync === "function" && typeof iterator === "function")
    return "a dataset of tf.data: collect its images in a Float32Array and its labels in a Uint8Array";
  if (typeof dataSync === "function") return "a tensor: take its values by dataSync()";
  if (Array.isArray(columns)) return "a data frame: see tableDataset";
  return shown(value);
}
