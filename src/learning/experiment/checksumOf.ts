import { files, path, sha256 } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import type { ExperimentResult } from "./experimentResult";

/** Sums of all bytes of the results beside it, as `sha256sum` writes them; also of results that carry no checksum. */
const LIST = "SHA256SUMS";

/** The SHA-256 of all that a result says, spaces aside, without the checksum itself. */
export function checksumOf({ checksum: _, ...result }: ExperimentResult): string {
  return sumOf(JSON.stringify(result, null, 1));
}

/** The sums of a list of results, by the names of their files. */
export type ListedSums = ReadonlyMap<string, string>;

/**
 * Whether the file of a result is as it was written: by the list that lies beside it, and by the checksum in it.
 * A result that has neither is of an earlier version and outside of data/results: no change of it can be noticed.
 */
export function isAsWritten(file: string, text: string, result: ExperimentResult, list: ListedSums): boolean {
  const listed = list.get(path.basename(file));
  if (listed !== undefined && listed !== sumOf(text)) return false;
  if (result.checksum !== undefined)
    return result.checksum === (sumBefore(text, result.checksum) ?? checksumOf(result));
  if (listed !== undefined) return true;
  // A list names all results of earlier versions beside it: the line of this one was taken out.
  if (list.size > 0) return false;
  // A version that notes where each phase was trained also writes a checksum: it was taken out.
  return !result.phases?.some(({ provenance }) => provenance);
}

/** The list in a folder of results; an empty one where there is none. */
export async function sumsIn(folder: string): Promise<ListedSums> {
  const text = await files.readFile(path.join(folder, LIST), "utf8").catch(unlessMissing(""));
  const lines = [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)];
  return new Map(lines.map(([, sum, name]) => [name, sum]));
}

/**
 * `checksumOf` of a text that is spaced as it was written, and ends with the checksum: what is before that need not be
 * written again, which takes longer than to read it. Undefined for another text.
 */
function sumBefore(text: string, checksum: string): string | undefined {
  const end = `,\n "checksum": ${JSON.stringify(checksum)}\n}\n`;
  const sum = text.endsWith(end) ? sumOf(`${text.slice(0, -end.length)}\n}`) : undefined;
  return sum === checksum ? sum : undefined;
}

function sumOf(text: string): string {
  return sha256().update(text).digest("hex");
}
