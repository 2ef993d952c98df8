import { join, resolve } from "node:path";
import process from "node:process";
import { cacheFolder } from "../../common/cacheFolder.cjs";

/**
 * The folder of the history: $INTRINSIC_PARAMS_HISTORY, else `history` in the user's cache folder; undefined where that
 * variable is `off`, and each session knows only its own cells.
 */
export function historyFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { INTRINSIC_PARAMS_HISTORY: chosen } = env;
  if (chosen === "off") return undefined;
  return chosen ? resolve(chosen) : join(cacheFolder({ env }), "history");
}
