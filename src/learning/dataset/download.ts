import { createHash, files, needsNode, path as paths, writeWhole } from "../../common/platform";

export type Download = {
  /** What errors call it. */
  readonly name: string;
  /** The address that file names are added to. */
  readonly from: string;
  readonly folder: string;
  /** MD5 of each file, by its name. */
  readonly md5: Readonly<Record<string, string>>;
  /** What to do if the download fails. */
  readonly hint: string;
};

/**
 * Fetches the files that are not in the folder yet, one after the other, each written whole and only if its
 * checksum is right.
 * @throws Error saying which file cannot be fetched or is not the published one, and what to do.
 */
export async function download({ name, from, folder, md5, hint }: Download): Promise<void> {
  needsNode(`${name} by download`, "fetch the files, and give what parseIdx makes of them to dataset(…)");
  for (const [file, wanted] of Object.entries(md5)) {
    const path = paths.join(folder, file);
    if (await exists(path)) continue;
    const address = new URL(file, from).href;
    const bytes = await fetchBytes(address).catch((error) => {
      throw new Error(`${name}: ${address} could not be fetched (${reasonOf(error)}). ${hint}`);
    });
    const found = createHash("md5").update(bytes).digest("hex");
    if (found !== wanted) {
      throw new Error(
        `${name}: ${address} is not the published file (MD5 ${found}, expected ${wanted}). ${hint}`,
      );
    }
    await writeWhole(path, bytes);
  }
}

/** Ten minutes in milliseconds: long enough for 20 MB on a slow line; then a silent host is given up. */
const PATIENCE = 600_000;

async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** fetch hides the reason in `cause`. */
function reasonOf(error: Error & { cause?: { code?: string; message?: string } }): string {
  return error.cause?.code ?? error.cause?.message ?? error.message;
}

function exists(path: string): Promise<boolean> {
  return files.access(path).then(
    () => true,
    () => false,
  );
}
