import { shown } from "../shown";
import type { Dataset, ImageSet } from "./dataset";

/**
 * Refuses what is no data set with the parts that are asked for; what is in them is left to others. `instead` is what
 * to do without a test set.
 * @throws TypeError for anything else, Error where a part is missing.
 */
export function checkDataset(data: Dataset, parts: readonly ("train" | "test")[], instead = ""): void {
  if (!Array.isArray(data?.shape) || !Array.isArray(data.classes)) {
    throw new TypeError(
      `Expected a data set, as dataset({ name, shape, classes, train, test, checksums }) makes one; got ${described(data)}.`,
    );
  }
  for (const part of parts) {
    if (data[part] !== undefined && data[part] !== null) continue;
    const remedy = part === "test" ? `, or ${instead}` : "";
    throw new Error(`${data.name} has no ${part} set: give it images and labels for that${remedy}.`);
  }
}

/** Refuses what is no set of images, such as a whole data set; `alone` where it needs no labels. */
export function checkImageSet(what: string, set: Pick<ImageSet, "images">, alone = false): void {
  if (typeof set === "object" && set !== null && "images" in set) return;
  const whole = set as unknown as Partial<Dataset> | undefined;
  const got =
    whole?.train && whole.classes ? "a whole data set: give a part of it, such as data.test" : described(set);
  throw new TypeError(
    `${what}: expected ${alone ? "{ images }" : "{ images, labels }"}, as data.test is; got ${got}.`,
  );
}

/** What came, and what to make of it. */
function described(value: unknown): string {
  const { then, forEachAsync, iterator, dataSync, columns } = (value ?? {}) as Record<string, unknown>;
  if (typeof then === "function") return "a promise: await it";
  if (typeof forEachAsync === "function" && typeof iterator === "function")
    return "a dataset of tf.data: collect its images in a Float32Array and its labels in a Uint8Array";
  if (typeof dataSync === "function") return "a tensor: take its values by dataSync()";
  if (Array.isArray(columns)) return "a data frame: see tableDataset";
  return shown(value);
}
