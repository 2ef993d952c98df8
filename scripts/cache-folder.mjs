import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/**
 * The folder for what may be made again (TensorFlow, checkpoints), outside of the checkout so that a second
 * clone shares it: $INTRINSIC_PARAMS_CACHE, else the platform's user cache, else <root>/.cache.
 */
export function cacheFolder({ root = checkout, env = process.env, platform = process.platform } = {}) {
  if (env.INTRINSIC_PARAMS_CACHE) {
    const chosen = path.resolve(env.INTRINSIC_PARAMS_CACHE);
    const reason = whyNotWritable(chosen);
    if (reason)
      throw new Error(`INTRINSIC_PARAMS_CACHE names ${chosen}, which cannot be written (${reason}).`);
    return chosen;
  }
  const folder = userCache(env, platform);
  if (folder && !whyNotWritable(folder)) return folder;
  return path.join(root, ".cache");
}

function userCache(env, platform) {
  const home = env.HOME || env.USERPROFILE || os.homedir();
  if (platform === "win32") return env.LOCALAPPDATA && path.join(env.LOCALAPPDATA, "intrinsic-params");
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)) {
    return path.join(env.XDG_CACHE_HOME, "intrinsic-params");
  }
  return path.join(home, ...(platform === "darwin" ? ["Library", "Caches"] : [".cache"]), "intrinsic-params");
}

/** The reason why nothing can be written there, or undefined where a try went well. */
export function whyNotWritable(folder) {
  try {
    makeFolder(folder);
    // access() is not enough: a read-only mount or a quota shows itself only in a write.
    fs.rmSync(fs.mkdtempSync(path.join(folder, ".probe-")), { recursive: true });
    return undefined;
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** As mkdir -p. Node's own `recursive` never returns where a parent cannot be made, as in /proc. */
function makeFolder(folder) {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}
