import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../../common/makeFolder.cjs";
import { unlessMissing } from "../../common/unlessMissing";
import { createWhole } from "./createWhole";
import { type ProcessName, runsStill, thisProcess } from "./thisProcess";

/** The process of a pool, and the checksum of the plan that it carries out. */
export type PoolNote = ProcessName & { readonly plan: string };

/** The file in a sweep's own folder that names the process. */
export function poolFile(own: string): string {
  return path.join(own, "pool.json");
}

/** The process that carries out a sweep's pool, if one runs on this machine or may run on another. */
export async function poolOf(own: string): Promise<PoolNote | undefined> {
  const text = await noteIn(poolFile(own));
  const found = text === undefined ? undefined : poolIn(text);
  return found && runsStill(found) !== false ? found : undefined;
}

/** Notes that this process carries out the sweep's pool; returns what ends the note, or the process that does already. */
export async function notePool(own: string, plan: string): Promise<(() => Promise<void>) | PoolNote> {
  const file = poolFile(own);
  const note = `${JSON.stringify({ ...thisProcess(), plan, token: randomBytes(8).toString("hex") })}\n`;
  makeFolder(own);
  for (;;) {
    const other = await poolOf(own);
    if (other) return other;
    const before = await noteIn(file);
    if (before !== undefined) await removeNote(file, before);
    if (await createWhole(file, note)) return () => removeNote(file, note);
  }
}

/** Removes the note of this text; one that another process has made meanwhile is put back. */
async function removeNote(file: string, text: string): Promise<void> {
  const taken = `${file}.${randomBytes(8).toString("hex")}.part`;
  if ((await noteIn(file)) !== text) return;
  await fs.rename(file, taken).catch(unlessMissing(undefined));
  const found = await noteIn(taken);
  if (found !== undefined && found !== text) await createWhole(file, found);
  await fs.rm(taken, { force: true });
}

const noteIn = (file: string): Promise<string | undefined> =>
  fs.readFile(file, "utf8").catch(unlessMissing(undefined));

/** A note that is half there, as after a power failure, is nobody's. */
function poolIn(text: string): PoolNote | undefined {
  try {
    const note = JSON.parse(text);
    return typeof note?.pid === "number" ? note : undefined;
  } catch {
    return undefined;
  }
}
