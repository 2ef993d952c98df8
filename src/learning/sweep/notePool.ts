import fs from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../common/platform";
import { type ProcessName, runsStill, thisProcess } from "./thisProcess";

const POOL = "pool.json";

/** The process that carries out a sweep's pool, if one runs on this machine or may run on another. */
export async function poolOf(own: string): Promise<ProcessName | undefined> {
  const text = await fs.readFile(path.join(own, POOL), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const found: ProcessName = JSON.parse(text);
  return runsStill(found) === false ? undefined : found;
}

/** Notes that this process carries out the sweep's pool; returns what ends the note. */
export async function notePool(own: string): Promise<() => Promise<void>> {
  const file = path.join(own, POOL);
  await writeWhole(file, `${JSON.stringify(thisProcess())}\n`);
  return () => fs.rm(file, { force: true });
}
