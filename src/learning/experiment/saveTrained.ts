import { needsNode } from "../../common/platform";
import type { TrainedNumbers } from "../train/trainedNumbers";
import { readFloatFile, writeFloatFile } from "./floatFile";

const FORMAT = "intrinsic-params trained numbers 1";

/** Writes trained numbers to a file, whole or not at all; returns its size in bytes. @throws TypeError for anything else. */
export async function saveTrained(file: string, numbers: TrainedNumbers): Promise<number> {
  needsNode("saveTrained", "keep what trainedNumbers gives, a plain object of arrays");
  if (typeof numbers?.fingerprint !== "string" || typeof numbers.method !== "string")
    throw new TypeError("saveTrained takes what trainedNumbers({ model, method }) gave.");
  return writeFloatFile(file, FORMAT, numbers);
}

/** Reads what `saveTrained` wrote. @throws Error if the file is missing, damaged or of another kind. */
export async function loadTrained(file: string): Promise<TrainedNumbers> {
  needsNode("loadTrained", "fetch the numbers, and give them to restoreTrained");
  const numbers = await readFloatFile(file, FORMAT, "save the trained numbers again");
  if (numbers === undefined) throw new Error(`${file}: there is no such file.`);
  return numbers as TrainedNumbers;
}
