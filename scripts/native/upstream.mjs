import fs from "node:fs";
import https from "node:https";
import { createRequire } from "node:module";
import path from "node:path";
import { lastWords, run } from "./run.mjs";
import { makeSealedFolder, readSealedFolder } from "./sealed-folder.mjs";
import { Unavailable } from "./unavailable.mjs";

/** tfjs-node's own install script, run in the cache instead of in node_modules: its result is kept and shared. */
export async function ensureUpstream({
  root,
  cacheDir,
  tfjs,
  log,
  force,
  deep,
  reachable = storageReachable,
}) {
  const key = `upstream-tfjs-node-${tfjs.version}-napi${tfjs.napi}-${process.platform}-${process.arch}`;
  const folder = path.join(cacheDir, "native", key);
  const built = { library: path.join(folder, "deps"), addon: path.join(folder, "lib", `napi-v${tfjs.napi}`) };
  if (!force && readSealedFolder(folder, { deep })) return built;
  if (!(await reachable(root))) {
    throw new Unavailable(
      "no-upstream",
      "The storage of TensorFlow.js (storage.googleapis.com) cannot be reached.",
    );
  }
  await makeSealedFolder(folder, async (part) => {
    log("running the install script of @tensorflow/tfjs-node");
    for (const name of ["package.json", "binding.gyp", "binding", "scripts"]) {
      fs.cpSync(path.join(tfjs.folder, name), path.join(part, name), { recursive: true });
    }
    const modules = path.join(root, "node_modules");
    const env = { ...process.env, NODE_PATH: modules };
    const pathName = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
    env[pathName] = [path.join(modules, ".bin"), env[pathName]].join(path.delimiter);
    const script = path.join(part, "scripts", "install.js");
    const result = await run(process.execPath, [script], { cwd: part, env, timeout: 1_800_000 });
    // The script shows some failures only by leaving no files behind.
    if (
      result.status !== 0 ||
      !fs.existsSync(path.join(part, "lib")) ||
      !fs.existsSync(path.join(part, "deps"))
    ) {
      throw new Unavailable(
        "upstream-failed",
        `The install script of tfjs-node failed: ${lastWords(result.stderr || result.stdout)}.`,
      );
    }
    return { tfjsNode: tfjs.version, napi: tfjs.napi };
  });
  return built;
}

/** Whether the storage answers within a few seconds, through the same proxy as for the install script. */
export function storageReachable(root, { host = "https://storage.googleapis.com/", timeout = 4000 } = {}) {
  const proxy = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]
    .map((name) => process.env[name])
    .find(Boolean);
  const require = createRequire(path.join(root, "node_modules", "@tensorflow", "tfjs-node", "package.json"));
  const agent = proxy ? new (require("https-proxy-agent"))(proxy) : undefined;
  return new Promise((resolve) => {
    const request = https.request(host, { method: "HEAD", agent }, (response) => {
      response.resume();
      resolve(response.statusCode < 500);
      request.destroy();
    });
    // One timer for name look-up, connection and answer together: a socket time-out covers only idleness.
    const timer = setTimeout(() => request.destroy(new Error("No answer in time.")), timeout);
    request.on("error", () => resolve(false));
    request.on("close", () => clearTimeout(timer));
    request.end();
  });
}
