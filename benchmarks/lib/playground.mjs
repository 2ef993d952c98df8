import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { withLock } from "../../scripts/lock.mjs";
import { run } from "../../scripts/run.mjs";
import { npmCommand } from "../../scripts/setup.mjs";
import { SetupError } from "../../scripts/setup-error.mjs";
import { digest, stampMatches } from "../../scripts/stamp.mjs";
import { cacheFolder } from "../../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../../src/common/writeWhole.cjs";

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
  const folder = path.join(cacheFolder(), `benchmark-playground-${COMMIT.slice(0, 12)}`);
  const stamp = path.join(folder, ".complete");
  const inputs = digest(COMMIT);
  if (!stampMatches(stamp, inputs))
    await withLock(
      folder,
      () => console.log("… another run is fetching TensorFlow Playground; waiting for it"),
      async () => {
        if (stampMatches(stamp, inputs)) return;
        console.log("… TensorFlow Playground (5 MB, and 321 packages of its build, about half a minute)");
        fs.rmSync(folder, { recursive: true, force: true });
        const source = process.env.INTRINSIC_PARAMS_PLAYGROUND ?? SOURCE;
        const git = (...words) =>
          execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
        try {
          git("clone", "--quiet", "--no-checkout", source, folder);
          git("-C", folder, "checkout", "--quiet", COMMIT);
        } catch (error) {
          throw new SetupError(
            `TensorFlow Playground could not be fetched from ${source}: ${error.stderr?.trim() || error.message}`,
            "Look at the network, or name another copy of the repository in INTRINSIC_PARAMS_PLAYGROUND.",
          );
        }
        const [command, ...first] = npmCommand();
        const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
        const cwd = { cwd: folder };
        await run("fetching what Playground is built with", command, [...first, "ci", ...quiet], cwd);
        await run("building Playground", command, [...first, "run", "build"], cwd);
        writeWholeSync(stamp, inputs);
      },
    );
  return path.join(folder, "dist");
}
