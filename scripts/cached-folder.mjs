import fs from "node:fs";
import path from "node:path";
import { cacheFolder } from "../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { withLock } from "./lock.mjs";
import { stampMatches } from "./stamp.mjs";

/** The folder of a name in the cache, and whether it was made from these inputs, to its end. */
export function lookInCache(name, inputs) {
  const folder = path.join(cacheFolder(), name);
  const stamp = path.join(folder, ".complete");
  return { folder, stamp, isMade: () => stampMatches(stamp, inputs) };
}

/**
 * A folder in the cache that is made when first asked for, by one process at a time; what a process that was killed has
 * left of it is removed before.
 * @param {string} name the folder's
 * @param {string} inputs a digest of all that it is made from
 * @param {{ what: string, cost: string, make: (folder: string) => Promise<void> }} how what it is, what it costs, and what
 *   makes it; there is no such folder before
 * @returns {Promise<string>} the folder
 */
export async function cachedFolder(name, inputs, { what, cost, make }) {
  const { folder, stamp, isMade } = lookInCache(name, inputs);
  if (isMade()) return folder;
  await withLock(
    folder,
    () => console.log(`… another run is fetching ${what}; waiting for it`),
    async () => {
      if (isMade()) return;
      console.log(`… ${what} (${cost})`);
      fs.rmSync(folder, { recursive: true, force: true });
      await make(folder);
      writeWholeSync(stamp, inputs);
    },
  );
  return folder;
}
