import { files, needsNode, packageFolder, path } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import { isAsWritten, type ListedSums, sumsIn } from "./checksumOf";
import { type Configuration, completed, hashOf } from "./configuration";
import type { ExperimentResult } from "./experimentResult";
import { readConfiguration } from "./readConfiguration";

/**
 * The result of a finished run of this configuration, or undefined where there is none.
 * @throws Error naming the file if it is damaged, was changed after it was written, or holds another run.
 */
export async function storedResult(
  configuration: Configuration,
  folder = dataFolder("results"),
): Promise<ExperimentResult | undefined> {
  needsNode("storedResult", "fetch the file of the result");
  return readResult(resultFile(readConfiguration(configuration), folder));
}

/**
 * The result in a file that is named by its hash, or undefined where there is none.
 * @throws Error naming the file if it is damaged, was changed after it was written, or holds another run.
 */
export async function readResult(file: string): Promise<ExperimentResult | undefined> {
  const text = await files.readFile(file, "utf8").catch(unlessMissing(undefined));
  return text === undefined ? undefined : resultIn(file, text, await sumsIn(path.dirname(file)));
}

/**
 * The result in the text of a file, and in the folder's list of sums.
 * @throws as `readResult` does.
 */
export function resultIn(file: string, text: string, sums: ListedSums): ExperimentResult {
  const hash = path.basename(file, ".json");
  const result = parse(text, file);
  if (
    result?.format !== "experiment-result/1" ||
    result.hash !== hash ||
    hashOf(result.configuration) !== hash
  )
    throw new Error(`The result ${file} is not of the run that its name says: delete it to run again.`);
  if (!isAsWritten(file, text, result, sums))
    throw new Error(
      `The result ${file} was changed after it was written: its SHA-256 does not fit. Take it from where it came, ` +
        "or delete it to run again.",
    );
  return result;
}

/** The file where a run's result is or will be. */
export function resultFile(configuration: Configuration, folder = dataFolder("results")): string {
  return path.join(folder, `${hashOf(completed(configuration))}.json`);
}

/** The package's own folders: data/results, data/backbones. */
export function dataFolder(name: "results" | "backbones"): string {
  return path.join(packageFolder, "data", name);
}

function parse(text: string, file: string): ExperimentResult {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(
      `The result ${file} cannot be read (${(error as Error).message}): delete it to run again.`,
    );
  }
}
