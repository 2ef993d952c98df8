import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const own = join(__dirname, "..", "..", "index.js");

/**
 * Loads this library while the types of a cell that names it are still being checked. Its modules only define things, so a cell
 * that is refused has had no effect; any other package of that name is left alone.
 */
export function expectLibrary(): void {
  const load = createRequire(join(process.cwd(), "cell.ts"));
  try {
    if (load.resolve("intrinsic-params") === own) load(own);
  } catch {
    // It fails again where the cell imports it, and is told there.
  }
}
