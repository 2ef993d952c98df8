import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file so that it is there whole or not at all: temporary sibling, fsync, rename, fsync of the folder.
 * Returns its size in bytes.
 */
export async function writeWhole(file: string, ...chunks: (string | Uint8Array)[]): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}-${randomBytes(4).toString("hex")}.part`;
  try {
    const handle = await open(part, "w");
    try {
      for (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
    await syncFolder(dirname(file));
    return chunks.reduce((size, chunk) => size + Buffer.byteLength(chunk), 0);
  } finally {
    await rm(part, { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no handles of folders.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
