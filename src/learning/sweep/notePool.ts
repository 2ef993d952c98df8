import fs from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../common/platform";
import { unlessMissing } from "../../common/unlessMissing";
import { type ProcessName, runsStill, thisProcess } from "./thisProcess";

/** The file in a sweep's own folder that names the process. */
export function poolFile(own: string): string {
  return path.join(own, "pool.json");
}

/** The process that carries out a sweep's pool, if one runs on this machine or may run on another. */
export async function poolOf(own: string): Promise<ProcessName | undefined> {
  const text = await fs.readFile(poolFile(own), "utf8").catch(unlessMissing(undefined));
  if (text === undefined) return undefined;
  const found: ProcessName = JSON.parse(text);
  return runsStill(found) === false ? undefined : found;
}

/** Notes that this process carries out the sweep's pool; returns what ends the note. */
export async function notePool(own: string): Promise<() => Promise<void>> {
  const file = poolFile(own);
  await writeWhole(file, `${JSON.stringify(thisProcess())}\n`);
  return () => fs.rm(file, { force: true });
}
