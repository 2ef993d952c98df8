import { described } from "./checkImageSet";
import type { Dataset } from "./dataset";

/**
 * Refuses what is no data set with the given parts; the contents of the parts are checked elsewhere. `instead` says
 * what to do without a test set.
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
