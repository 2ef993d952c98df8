import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { ADDON, checkCompiler, ensureAddon, operationsHash } from "./native/addon.mjs";
import { prove } from "./native/proof.mjs";
import { fingerprint, readJson, readSealedFolder } from "./native/sealed-folder.mjs";
import { fromFileSystem, Unavailable } from "./native/unavailable.mjs";
import { ensureUpstream } from "./native/upstream.mjs";
import { ensureLibrary } from "./native/wheel.mjs";

/**
 * Gives @tensorflow/tfjs-node its native half. An existing one that is proven stays; else it comes from the package's
 * own script, else (Linux x64) from TensorFlow's Python wheel and g++.
 * Returns { backend: "tensorflow", route, tensorflow, tfjsNode } or { backend: "javascript", kind, reason };
 * throws only for defects and without node_modules.
 */
export async function ensureTensorflow({
  root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), ".."),
  cacheDir = cacheFolder({ root }),
  python = "python3",
  log = console.log,
  force = false,
  check = false,
  download,
  reachable,
} = {}) {
  const tfjs = describeTfjs(root);
  const {
    state,
    result: proven,
    operations,
  } = force ? { state: "broken" } : readProven(tfjs, { deep: check });
  if (state === "proven" && !check) return proven;
  const options = { root, cacheDir, tfjs, python, log, force, deep: check, download, reachable };
  const wheel = process.platform === "linux" && process.arch === "x64" ? [["wheel", fromWheel]] : [];
  const routes =
    state === "outdated"
      ? [...wheel, ["present", present]]
      : [...(state === "broken" ? [] : [["present", present]]), ["upstream", ensureUpstream], ...wheel];
  const refusals = [];
  for (const [route, build] of routes) {
    try {
      const built = await build(options);
      if (built) install(tfjs, built);
      const versions = await prove(root);
      if (route !== "present") return recordProven(tfjs, { ...versions, route }, operationsHash());
      return recordProven(tfjs, { ...versions, route: proven?.route ?? "present" }, operations);
    } catch (error) {
      const refusal = fromFileSystem(error, cacheDir);
      // The library would not survive an addon that kills its process, so it must not find it.
      if (refusal.kind === "does-not-run") fs.rmSync(path.join(tfjs.addon, ADDON), { force: true });
      if (refusal.kind !== "absent") refusals.push(refusal);
    }
  }
  return { backend: "javascript", kind: refusals.at(-1).kind, reason: explain(refusals) };
}

async function fromWheel(options) {
  await checkCompiler(options);
  const library = await ensureLibrary(options);
  return { library, addon: await ensureAddon({ ...options, library }) };
}

function present({ tfjs }) {
  if (!fs.existsSync(path.join(tfjs.addon, ADDON))) throw new Unavailable("absent", "There is no addon yet.");
}

function describeTfjs(root) {
  const folder = path.join(root, "node_modules", "@tensorflow", "tfjs-node");
  const manifest = readJson(path.join(folder, "package.json"));
  if (!manifest)
    throw new Error(`No @tensorflow/tfjs-node in ${path.join(root, "node_modules")}: run "npm ci" first.`);
  const napi = Math.max(...manifest.binary.napi_versions.filter((v) => v <= Number(process.versions.napi)));
  const addon = path.join(folder, "lib", `napi-v${napi}`);
  return {
    folder,
    version: manifest.version,
    napi,
    addon,
    deps: path.join(folder, "deps"),
    stamp: path.join(addon, "proven.json"),
  };
}

/** Puts the library's link in place and then the addon, each by one rename. */
function install(tfjs, { library, addon }) {
  const link = `${tfjs.deps}.${process.pid}.part`;
  fs.rmSync(link, { force: true });
  fs.symlinkSync(library, link, "junction");
  if (!fs.lstatSync(tfjs.deps, { throwIfNoEntry: false })?.isSymbolicLink() || process.platform === "win32") {
    fs.rmSync(tfjs.deps, { recursive: true, force: true });
  }
  fs.renameSync(link, tfjs.deps);
  fs.mkdirSync(tfjs.addon, { recursive: true });
  fs.rmSync(tfjs.stamp, { force: true });
  for (const name of fs.readdirSync(addon)) {
    if (name !== "stamp.json")
      writeWholeSync(path.join(tfjs.addon, name), fs.readFileSync(path.join(addon, name)));
  }
}

/** The conditions under which a proof holds: another Node or processor needs a new one. */
const circumstances = () => ({ node: process.version, processor: os.cpus()[0]?.model ?? "unknown" });

function recordProven(tfjs, result, operations) {
  const library = fs.realpathSync(tfjs.deps);
  const addon = fingerprint(path.join(tfjs.addon, ADDON));
  writeWholeSync(
    tfjs.stamp,
    JSON.stringify({ result, library, addon, operations, ...circumstances() }, null, 1),
  );
  return { backend: "tensorflow", ...result };
}

/**
 * "none": nothing recorded; "broken": files differ from the record; "outdated": our own operations have changed since;
 * "stale": whole, but proven elsewhere; "proven".
 */
function readProven(tfjs, { deep }) {
  const stamp = readJson(tfjs.stamp);
  if (!stamp) return { state: "none" };
  if (!isWhole(tfjs, stamp, deep)) return { state: "broken" };
  const proof = { result: { backend: "tensorflow", ...stamp.result }, operations: stamp.operations };
  if (stamp.result.route === "wheel" && stamp.operations !== operationsHash())
    return { state: "outdated", ...proof };
  const now = circumstances();
  const state = stamp.node === now.node && stamp.processor === now.processor ? "proven" : "stale";
  return { state, ...proof };
}

function isWhole(tfjs, stamp, deep) {
  const file = path.join(tfjs.addon, ADDON);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat || stat.size !== stamp.addon.size || stat.mtimeMs !== stamp.addon.mtimeMs) return false;
  if (deep && fingerprint(file).sha256 !== stamp.addon.sha256) return false;
  if (!fs.existsSync(tfjs.deps) || fs.realpathSync(tfjs.deps) !== stamp.library) return false;
  // A library that the user put there in another way has no seal; its proof is enough.
  const sealed = [stamp.library, path.dirname(stamp.library)].find((dir) =>
    fs.existsSync(path.join(dir, "stamp.json")),
  );
  return sealed ? Boolean(readSealedFolder(sealed, { deep })) : stamp.result.route === "present";
}

function explain(refusals) {
  const untested = process.platform === "linux" && process.arch === "x64" ? "" : untestedPlatform();
  return (
    `Native TensorFlow is not available. ${refusals.map((refusal) => refusal.message).join(" ")}${untested} ` +
    "Without it training runs in pure JavaScript: the theory is unaffected, but one training step of the paper's CNN " +
    "takes minutes instead of a fraction of a second. To change that, mend the cause named above and run " +
    '"node scripts/native-tensorflow.mjs".'
  );
}

function untestedPlatform() {
  return (
    ` On ${process.platform} ${process.arch} only the package's own download is tried, and this is untested;` +
    " Linux x64 needs nothing but g++ and python3 with pip."
  );
}

async function main(flags) {
  const known = ["--check", "--force"];
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown)
    throw new Error(`There is no option ${JSON.stringify(unknown)}; those there are: ${known.join(", ")}.`);
  const start = Date.now();
  const result = await ensureTensorflow({
    check: flags.includes("--check"),
    force: flags.includes("--force"),
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (result.backend === "tensorflow") {
    console.log(
      `TensorFlow ${result.tensorflow} (tfjs-node ${result.tfjsNode}, ${result.route}) is ready after ${seconds} s`,
    );
  } else {
    console.error(result.reason);
    process.exitCode = 1;
  }
}

if (
  process.argv[1] &&
  fs.existsSync(process.argv[1]) &&
  fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
)
  await main(process.argv.slice(2));
