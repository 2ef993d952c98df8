import { cacheFolder, needsNode, path } from "../../common/platform";
import { type Decoded, decodeTrained } from "../code/decodeTrained";
import { readCheckpoint } from "./checkpoint";
import type { Configuration } from "./configuration";
import type { ExperimentResult } from "./experimentResult";
import { codeBytes, runDecoder, weightsSum } from "./runCertificate";
import { backboneFile, backbonePhases } from "./storedBackbone";
import { dataFolder } from "./storedResult";

/** Where the backbone of a run is, and where the paths of modules begin. */
export type DecodeRunOptions = {
  /** The folder of the run's checkpoints; the package's backbones and the cache folder's `checkpoints` by default. */
  readonly backbones?: string;
  readonly modules?: string;
};

/**
 * The network that a run's certificate speaks of, rebuilt from the bytes in its result alone: seeds, and where the run
 * had one, its backbone, which lies beside the run's checkpoints. The ledger is counted anew.
 * @throws Error where the run has no certificate, or its backbone is not in the folders, with what makes it again, or is
 *   another one; what `decodeTrained` throws.
 */
export async function decodeRun(
  { configuration, certificate, hash }: ExperimentResult,
  { backbones, modules }: DecodeRunOptions = {},
): Promise<Decoded> {
  needsNode("decodeRun", "fetch the result and the backbone, and give them to decodeTrained");
  if (!certificate)
    throw new Error(`The run ${hash} has no certificate: take one whose configuration asks for it.`);
  const folders = backbones
    ? [backbones]
    : [dataFolder("backbones"), path.join(cacheFolder(), "checkpoints")];
  const base = await backboneOf(configuration, folders, certificate.backbone);
  const { decoder } = runDecoder(configuration, { base, modules });
  return decodeTrained({ bytes: codeBytes(certificate), ledger: certificate.ledger }, decoder);
}

/** The weights that a run began with, from the first folder that has them; undefined where seeds are all. */
async function backboneOf(
  configuration: Configuration,
  folders: readonly string[],
  sum: string | undefined,
): Promise<Readonly<Record<string, Float32Array>> | undefined> {
  const count = backbonePhases(configuration);
  if (count === 0) return undefined;
  const again =
    `make it again by runExperiment({ ...result.configuration, phases: result.configuration.phases.slice(0, ${count}), ` +
    'certificate: undefined }, { backbones: "only", checkpoints: FOLDER }), on a processor and with a number of threads ' +
    "as the result names them, and give decodeRun { backbones: FOLDER }";
  for (const folder of folders) {
    const file = backboneFile(folder, configuration, count);
    const base = (await readCheckpoint(file))?.base;
    if (!base) continue;
    if (sum === undefined || weightsSum(base) === sum) return base;
    throw new Error(
      `The backbone ${file} is another one than the run began with (its weights have another SHA-256): take the one ` +
        `beside the run's checkpoints, or ${again}.`,
    );
  }
  const name = path.basename(backboneFile("", configuration, count));
  throw new Error(
    `The backbone ${name} is not in ${folders.join(" or ")}: give decodeRun { backbones } with the folder of the run's ` +
      `checkpoints (a sweep's is "checkpoints" beside its results), or ${again}.`,
  );
}
