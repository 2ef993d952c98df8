import fs from "node:fs";
import path from "node:path";
import { withLock } from "../../scripts/lock.mjs";
import { findPython } from "../../scripts/python.mjs";
import { run } from "../../scripts/run.mjs";
import { digest, stampMatches } from "../../scripts/stamp.mjs";
import { cacheFolder } from "../../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../../src/common/writeWhole.cjs";

const SMALL = "20 MB to fetch, 80 MB on disk, about 20 s";

/**
 * The Python of a virtual environment that holds just what the locked requirements name, in the cache folder;
 * made when first asked for.
 * @param {string} requirements path of the lock file
 * @param {{ cost?: string, finish?: string }} [options] what it costs, said before it is made; a Python script
 *   to be run in it at the end
 * @returns {Promise<string>} the interpreter's path
 * @throws {SetupError}
 */
export async function pythonEnvironment(requirements, { cost = SMALL, finish } = {}) {
  const { base, inputs, venv, python, stamp, done } = environmentFor(requirements, finish);
  if (done()) return python;
  await withLock(
    venv,
    () => console.log("… another run is making the Python of the benchmarks; waiting for it"),
    async () => {
      if (done()) return;
      console.log(`… Python of the benchmarks (${cost})`);
      fs.rmSync(venv, { recursive: true, force: true });
      await run("making the Python of the benchmarks", base.command, ["-m", "venv", venv]);
      const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"];
      const locked = ["--require-hashes", "--no-deps", "--prefer-binary", "-r", requirements];
      await run("installing the Python packages of the benchmarks", python, [...pip, ...locked]);
      if (finish) await run("finishing the Python of the benchmarks", python, [finish]);
      writeWholeSync(stamp, inputs);
    },
  );
  return python;
}

/** Whether that environment is there already. */
export function hasPythonEnvironment(requirements, { finish } = {}) {
  return environmentFor(requirements, finish).done();
}

function environmentFor(requirements, finish) {
  const base = findPython();
  const inputs = digest(
    fs.readFileSync(requirements),
    ...(finish ? [fs.readFileSync(finish)] : []),
    `${base.command} ${base.version}`,
    `${process.platform} ${process.arch}`,
  );
  const venv = path.join(cacheFolder(), `benchmark-python-${inputs.slice(0, 12)}`);
  const python =
    process.platform === "win32"
      ? path.join(venv, "Scripts", "python.exe")
      : path.join(venv, "bin", "python");
  const stamp = path.join(venv, ".complete");
  const done = () => stampMatches(stamp, inputs) && fs.existsSync(python);
  return { base, inputs, venv, python, stamp, done };
}
