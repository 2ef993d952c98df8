// Plain JavaScript, because the set-up needs it before anything is built.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { makeFolder } = require("./makeFolder.cjs");

const checkout = path.resolve(__dirname, "../..");

/**
 * The folder for what can be made again (TensorFlow, checkpoints), outside of the checkout so that a second
 * clone shares it: $INTRINSIC_PARAMS_CACHE, else the platform's user cache, else <root>/.cache.
 * @param {{ root?: string, env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform }} [options]
 * @returns {string}
 * @throws Error if the folder that INTRINSIC_PARAMS_CACHE names cannot be written.
 */
function cacheFolder({ root = checkout, env = process.env, platform = process.platform } = {}) {
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

/** @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform @returns {string | undefined} */
function userCache(env, platform) {
  const home = env.HOME || env.USERPROFILE || os.homedir();
  if (platform === "win32") return env.LOCALAPPDATA && path.join(env.LOCALAPPDATA, "intrinsic-params");
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)) {
    return path.join(env.XDG_CACHE_HOME, "intrinsic-params");
  }
  return path.join(home, ...(platform === "darwin" ? ["Library", "Caches"] : [".cache"]), "intrinsic-params");
}

/**
 * The reason why nothing can be written to the folder; undefined if writing works.
 * @param {string} folder
 * @returns {string | undefined}
 */
function whyNotWritable(folder) {
  try {
    makeFolder(folder);
    // access() is not enough: a read-only mount or a quota shows itself only in a write.
    fs.rmSync(fs.mkdtempSync(path.join(folder, ".probe-")), { recursive: true });
    return undefined;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    return code ?? message;
  }
}

module.exports = { cacheFolder, whyNotWritable };
