import fs from "node:fs";
import path from "node:path";
import { cachedFolder, lookInCache } from "../../scripts/cached-folder.mjs";
import { findPython } from "../../scripts/python.mjs";
import { run } from "../../scripts/run.mjs";
import { digest } from "../../scripts/stamp.mjs";

const SMALL = "20 MB to fetch, 80 MB on disk, about 20 s";
const PROGRAM = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];

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
  const { base, inputs, name } = environmentFor(requirements, finish);
  const made = await cachedFolder(name, inputs, {
    what: "Python of the benchmarks",
    cost,
    async make(folder) {
      const python = path.join(folder, ...PROGRAM);
      await run("making the Python of the benchmarks", base.command, ["-m", "venv", folder]);
      const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"];
      const locked = ["--require-hashes", "--no-deps", "--prefer-binary", "-r", requirements];
      await run("installing the Python packages of the benchmarks", python, [...pip, ...locked]);
      if (finish) await run("finishing the Python of the benchmarks", python, [finish]);
    },
  });
  return path.join(made, ...PROGRAM);
}

/** Whether that environment is there already. */
export function hasPythonEnvironment(requirements, { finish } = {}) {
  const { name, inputs } = environmentFor(requirements, finish);
  return lookInCache(name, inputs).isMade();
}

function environmentFor(requirements, finish) {
  const base = findPython();
  const inputs = digest(
    fs.readFileSync(requirements),
    ...(finish ? [fs.readFileSync(finish)] : []),
    `${base.command} ${base.version}`,
    `${process.platform} ${process.arch}`,
  );
  return { base, inputs, name: `benchmark-python-${inputs.slice(0, 12)}` };
}
