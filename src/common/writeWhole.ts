import { createHash, randomBytes } from "node:crypto";
import { existsSync, readlinkSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * Writes a file so that it is there whole or not at all: temporary sibling, fsync, rename, fsync of the folder.
 * Siblings that killed processes left in the folder are removed before the first. Returns its size in bytes.
 */
export async function writeWhole(file: string, ...chunks: (string | Uint8Array)[]): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  await removeAbandoned(resolve(dirname(file)));
  const part = `${file}.${process.pid}-${machine()}-${randomBytes(4).toString("hex")}.part`;
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

const PART = /\.(\d+)-(?:([0-9a-f]{8})-)?[0-9a-f]{8}\.part$/;
const DAY = 86_400_000;
const searched = new Set<string>();

/**
 * Removes the parts whose process on this machine has ended, and those untouched for a day, whose process may
 * have been on another machine or its number be another's by now.
 */
async function removeAbandoned(folder: string): Promise<void> {
  if (searched.has(folder)) return;
  searched.add(folder);
  for (const name of await readdir(folder)) {
    const found = PART.exec(name);
    if (!found) continue;
    const part = join(folder, name);
    const ended = found[2] === machine() && !isRunning(Number(found[1]));
    if (ended || (await ageOf(part)) > DAY) await rm(part, { force: true });
  }
}

/** Tells apart the machines, and the containers, whose process numbers mean different processes. */
function machine(): string {
  const processes = "/proc/self/ns/pid";
  const name = `${hostname()} ${existsSync(processes) ? readlinkSync(processes) : ""}`;
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // What exists but is another user's may not be signalled.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Milliseconds since a file was written to; 0 where it is gone. */
async function ageOf(file: string): Promise<number> {
  const found = await stat(file).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found ? Date.now() - found.mtimeMs : 0;
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
