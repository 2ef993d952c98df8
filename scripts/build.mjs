// `npm run build`: compiles src to dist. What runs meanwhile finds every file there, the old or the new one, whole.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { bundleDeclarations } from "./bundle-declarations.mjs";
import { bundleNative } from "./bundle-native.mjs";
import { withLock } from "./lock.mjs";
import { run } from "./run.mjs";
import { SetupError } from "./setup-error.mjs";
import { digest, digestFolder, stampMatches } from "./stamp.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** What the compiler knows of what it has compiled; by its time cells see whether the bundled declarations are older. */
const INFO = ".tsbuildinfo";
const STAMP = ".setup-stamp";
/** What the build writes that comes from no single file of src. */
const BUNDLED = path.join("kernel", "types", "declarations");
const OTHERS = [INFO, STAMP, path.join("kernel", "types", "nativeApi.cjs")];

const stampFile = () => path.join(ROOT, "dist", STAMP);

/** Whether dist was made from the sources as they are now. */
export function isBuilt() {
  return stampMatches(stampFile(), inputs());
}

function inputs() {
  return digest(
    digestFolder(path.join(ROOT, "src")),
    fs.readFileSync(path.join(ROOT, "tsconfig.json")),
    fs.readFileSync(path.join(ROOT, "package-lock.json")),
    ...["build", "bundle-native", "bundle-declarations"].map((name) =>
      fs.readFileSync(path.join(ROOT, "scripts", `${name}.mjs`)),
    ),
  );
}

/**
 * Compiles src, and makes the bundles that the kernel takes.
 * @param {{ afresh?: boolean, compiler?: typeof run }} [options] `afresh` where what was compiled before is not trusted;
 *   what runs the compiler
 */
export async function build(options = {}) {
  const made = inputs();
  fs.rmSync(stampFile(), { force: true });
  await compile(ROOT, options);
  const next = nextOf(ROOT);
  await bundleNative(path.join(next, "kernel", "types", "nativeApi.cjs"));
  moveInto(next, path.join(ROOT, "dist"));
  bundleDeclarations(path.join(next, BUNDLED));
  // Its index is read first, and says what the others are.
  moveInto(path.join(next, BUNDLED), path.join(ROOT, "dist", BUNDLED), { last: "index.json", whole: true });
  fs.rmSync(next, { recursive: true });
  writeWholeSync(stampFile(), made);
}

/**
 * Compiles `root`/src beside `root`/dist, and then puts each file in its place by a rename; where the compiler finds a
 * fault, dist stays as it is. Files of sources that are gone are removed.
 * @throws {SetupError} with what the compiler says
 */
export async function compile(root, { afresh = false, compiler = run } = {}) {
  const [dist, next] = [path.join(root, "dist"), nextOf(root)];
  // A build that was killed may have put only some of its files in their places.
  const whole = afresh || fs.existsSync(next) || !fs.existsSync(path.join(dist, INFO));
  fs.rmSync(next, { recursive: true, force: true });
  fs.mkdirSync(next);
  if (!whole) fs.copyFileSync(path.join(dist, INFO), path.join(next, INFO));
  try {
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const places = ["--outDir", next, "--tsBuildInfoFile", path.join(next, INFO)];
    await compiler("compiling src", process.execPath, [tsc, "-p", root, ...places]);
  } catch (error) {
    fs.rmSync(next, { recursive: true });
    throw error;
  }
  moveInto(next, dist, { first: INFO });
  fs.rmSync(next, { recursive: true });
  for (const file of filesIn(dist)) if (!isOf(root, file)) fs.rmSync(path.join(dist, file));
}

/** Beside dist, so that source maps find the sources from either. */
const nextOf = (root) => path.join(root, "dist.next");

function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
}

/** Moves all files of a folder into another one; where it is the `whole` of that, what else is there goes. */
function moveInto(from, to, { first, last, whole = false } = {}) {
  const files = filesIn(from);
  const rank = (file) => (file === first ? 0 : file === last ? 2 : 1);
  for (const file of files.sort((a, b) => rank(a) - rank(b))) {
    const place = path.join(to, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.renameSync(path.join(from, file), place);
  }
  const kept = new Set(files);
  if (whole) for (const file of filesIn(to)) if (!kept.has(file)) fs.rmSync(path.join(to, file));
}

/** Whether a file of dist is of a source that there is, or none of the compiler's. */
function isOf(root, file) {
  if (OTHERS.includes(file) || file.startsWith(BUNDLED + path.sep)) return true;
  const source = path.join(root, "src", file.replace(/(\.d)?\.[cm]?[jt]s(\.map)?$/, ""));
  return [".ts", ".mts", ".cts", ".cjs", ".mjs", ".js"].some((ending) => fs.existsSync(source + ending));
}

/** Shows what the compiler says as it says it, all of it. */
async function aloud(doing, command, args) {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0)
    throw new SetupError(
      `${doing} failed; dist is as it was.`,
      "Mend what the compiler names, and build again.",
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await withLock(
    ROOT,
    () => console.log("… a set-up or a build of this checkout is under way; waiting for it"),
    () => build({ afresh: process.argv.includes("--afresh"), compiler: aloud }),
  ).catch((error) => {
    console.error(error.name === "SetupError" ? error.toString() : error.stack);
    process.exitCode = 1;
  });
