import { needsNode } from "../../common/platform";
import { type Decoded, decodeTrained } from "../code/decodeTrained";
import { readCheckpoint } from "./checkpoint";
import type { ExperimentResult } from "./experimentResult";
import { codeBytes, runDecoder } from "./runCertificate";
import { backboneFile, backbonePhases } from "./storedBackbone";
import { dataFolder } from "./storedResult";

/** Where the backbone of a run is, in the package by default, and where the paths of modules begin. */
export type DecodeRunOptions = { readonly backbones?: string; readonly modules?: string };

/**
 * The network that a run's certificate speaks of, rebuilt from the bytes in its result alone: seeds, and where the run
 * had one, its backbone. The ledger is counted anew.
 * @throws Error where the run has no certificate, or its backbone is not in the folder; what `decodeTrained` throws.
 */
export async function decodeRun(
  { configuration, certificate, hash }: ExperimentResult,
  { backbones = dataFolder("backbones"), modules }: DecodeRunOptions = {},
): Promise<Decoded> {
  needsNode("decodeRun", "fetch the result and the backbone, and give them to decodeTrained");
  if (!certificate)
    throw new Error(`The run ${hash} has no certificate: take one whose configuration asks for it.`);
  const before = backbonePhases(configuration);
  const file = backboneFile(backbones, configuration, before);
  const base = before > 0 ? (await readCheckpoint(file))?.base : undefined;
  if (before > 0 && !base)
    throw new Error(
      `The backbone ${file} is not there: run the beginning of the run again, or name its folder.`,
    );
  const { decoder } = runDecoder(configuration, { base, modules });
  return decodeTrained({ bytes: codeBytes(certificate), ledger: certificate.ledger }, decoder);
}
