import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { lastWords, run } from "./run.mjs";
import { makeSealedFolder, readSealedFolder } from "./sealed-folder.mjs";
import { diskFull, Unavailable } from "./unavailable.mjs";
import { WHEEL } from "./wheel.mjs";

export const ADDON = "tfjs_binding.node";

/** Our own operations, compiled into the addon. */
const OPERATIONS = fileURLToPath(new URL("operations", import.meta.url));

/** The hash of our own operations' sources. */
export function operationsHash() {
  const hash = createHash("sha256");
  for (const name of fs.readdirSync(OPERATIONS).sort())
    hash.update(fs.readFileSync(path.join(OPERATIONS, name)));
  return hash.digest("hex").slice(0, 12);
}

export function addonFolder(cacheDir, { version, napi }) {
  const key = `tfjs-node-${version}-napi${napi}-tensorflow-${WHEEL.sha256.slice(0, 12)}-operations-${operationsHash()}-linux-x64`;
  return path.join(cacheDir, "native", key);
}

/** Refuses, before the long download, what would stop the compiler afterwards. */
export async function checkCompiler({ root, cacheDir, tfjs, force }) {
  if (!force && readSealedFolder(addonFolder(cacheDir, tfjs))) return;
  const compiler = process.env.CXX || "g++";
  const { missing, status } = await run(compiler, ["--version"], { timeout: 30_000 });
  if (missing || status !== 0) {
    throw new Unavailable(
      "no-compiler",
      `There is no C++ compiler ${JSON.stringify(compiler)}: install g++ (Debian: g++ or build-essential).`,
    );
  }
  nodeHeaders(root);
}

/** The sealed folder with tfjs-node's addon, compiled from its own sources against `library`. */
export async function ensureAddon({ root, cacheDir, tfjs, library, log, force, deep }) {
  const folder = addonFolder(cacheDir, tfjs);
  if (!force && readSealedFolder(folder, { deep })) return folder;
  await makeSealedFolder(folder, async (part) => {
    log("compiling the TensorFlow addon");
    const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) =>
      path.join(tfjs.folder, "binding", name),
    );
    const compile = (own) => {
      const args = [
        "-O2",
        // A product and a sum in one rounding would change the results of training.
        "-ffp-contract=off",
        "-std=c++17",
        "-fPIC",
        "-shared",
        "-pthread",
        "-fno-rtti",
        "-fno-exceptions",
        "-w",
        `-DNAPI_VERSION=${tfjs.napi}`,
        "-DNODE_GYP_MODULE_NAME=tfjs_binding",
        "-DBUILDING_NODE_EXTENSION",
        "-I",
        path.join(library, "include"),
        "-I",
        nodeHeaders(root),
        ...sources,
        ...own,
        "-o",
        path.join(part, ADDON),
        "-L",
        path.join(library, "lib"),
        "-ltensorflow",
        "-ltensorflow_framework",
        "-Wl,-rpath,$ORIGIN/../../deps/lib",
      ];
      return run(process.env.CXX || "g++", args, {
        timeout: 600_000,
        env: { ...process.env, TMPDIR: part },
      });
    };
    let result = await compile([path.join(OPERATIONS, "operations.cc")]);
    if (result.status !== 0 && !/No space left/.test(result.stderr)) {
      log("this compiler does not take our own operations (GCC 9 and later do): training will be slower");
      result = await compile([]);
    }
    if (/No space left/.test(result.stderr)) throw diskFull(path.dirname(folder));
    if (result.status !== 0) {
      throw new Unavailable("compiler-failed", `The C++ compiler stopped: ${lastWords(result.stderr, 6)}.`);
    }
    return { tfjsNode: tfjs.version, napi: tfjs.napi, tensorflow: WHEEL.version };
  });
  return folder;
}

function nodeHeaders(root) {
  const candidates = [path.join(path.dirname(process.execPath), "..", "include", "node")];
  try {
    const require = createRequire(path.join(root, "package.json"));
    candidates.unshift(path.join(path.dirname(require.resolve("node-api-headers/package.json")), "include"));
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
  }
  const folder = candidates.find((candidate) => fs.existsSync(path.join(candidate, "node_api.h")));
  if (!folder) {
    throw new Unavailable(
      "no-headers",
      "There is no node_api.h: install the development dependencies (npm ci without --omit=dev).",
    );
  }
  return folder;
}
