import { files, path, sha256 } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import type { ExperimentResult } from "./experimentResult";

/** Sums of all bytes of the results beside it, as `sha256sum` writes them; also of results that carry no checksum. */
const LIST = "SHA256SUMS";

/** The SHA-256 of all that a result says, spaces aside, without the checksum itself. */
export function checksumOf({ checksum: _, ...result }: ExperimentResult): string {
  return sumOf(JSON.stringify(result, null, 1));
}

/**
 * Whether the file of a result is as it was written: by the list that lies beside it, and by the checksum in it.
 * A result that has neither is of an earlier version and outside of data/results: no change of it can be noticed.
 */
export async function isAsWritten(file: string, text: string, result: ExperimentResult): Promise<boolean> {
  const list = await listBeside(file);
  const listed = list.get(path.basename(file));
  if (listed !== undefined && listed !== sumOf(text)) return false;
  if (result.checksum !== undefined) return result.checksum === checksumOf(result);
  if (listed !== undefined) return true;
  // A list names all results of earlier versions beside it: the line of this one was taken out.
  if (list.size > 0) return false;
  // A version that notes where each phase was trained also writes a checksum: it was taken out.
  return !result.phases?.some(({ provenance }) => provenance);
}

async function listBeside(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await files.readFile(path.join(path.dirname(file), LIST), "utf8").catch(unlessMissing(""));
  const lines = [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)];
  return new Map(lines.map(([, sum, name]) => [name, sum]));
}

function sumOf(text: string): string {
  return sha256().update(text).digest("hex");
}
