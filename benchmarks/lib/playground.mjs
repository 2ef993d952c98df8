import path from "node:path";
import { cachedFolder } from "../../scripts/cached-folder.mjs";
import { run } from "../../scripts/run.mjs";
import { npmCommand } from "../../scripts/setup.mjs";
import { SetupError } from "../../scripts/setup-error.mjs";
import { digest } from "../../scripts/stamp.mjs";

/** The newest state of TensorFlow Playground, of June 2022; its name is the hash of all that is in it. */
export const COMMIT = "02469bd3751764b20486015d4202b792af5362a6";
const SOURCE = "https://github.com/tensorflow/playground.git";

/**
 * The folder of TensorFlow Playground's pages, built by its own build from the pinned commit and its own lock file, in the
 * cache folder; fetched when first asked for. INTRINSIC_PARAMS_PLAYGROUND names another repository to fetch it from.
 * @returns {Promise<string>}
 * @throws {SetupError}
 */
export async function playground() {
  const folder = await cachedFolder(`benchmark-playground-${COMMIT.slice(0, 12)}`, digest(COMMIT), {
    what: "TensorFlow Playground",
    cost: "5 MB, and 321 packages of its build, about half a minute",
    make,
  });
  return path.join(folder, "dist");
}

async function make(folder) {
  const source = process.env.INTRINSIC_PARAMS_PLAYGROUND ?? SOURCE;
  const doing = `fetching TensorFlow Playground from ${source}`;
  try {
    await run(doing, "git", ["clone", "--quiet", "--no-checkout", source, folder]);
    await run(doing, "git", ["-C", folder, "checkout", "--quiet", COMMIT]);
  } catch (error) {
    throw new SetupError(
      `TensorFlow Playground could not be fetched from ${source}.`,
      "Look at the network, or name another copy of the repository in INTRINSIC_PARAMS_PLAYGROUND.",
      error.detail,
    );
  }
  const [command, ...first] = npmCommand();
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const cwd = { cwd: folder };
  await run("fetching what Playground is built with", command, [...first, "ci", ...quiet], cwd);
  await run("building Playground", command, [...first, "run", "build"], cwd);
}
