import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, whyNotWritable } from "../src/common/cacheFolder.cjs";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { checkData, dataChecked } from "./check-data.mjs";
import { withLock } from "./lock.mjs";
import { findPython, venvProgram } from "./python.mjs";
import { run } from "./run.mjs";
import { explainFailure, SetupError } from "./setup-error.mjs";
import { digest, stampMatches } from "./stamp.mjs";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Brings the checkout to where everything works: packages, TensorFlow, Python environment, data, build, kernel.
 * Every step is skipped if its stamp says that it was finished for the same inputs. The stamp lies inside the folder
 * that the step makes: deleting that folder is enough to have it made anew.
 * @returns {Promise<{ backend: string, reason?: string, python: string }>}
 * @throws {SetupError}
 */
export async function setUp() {
  process.env.npm_config_update_notifier = "false";
  const cache = cacheOrRefusal();
  useWritableFolders(cache);
  return withLock(
    ROOT,
    () => say("… another set-up of this checkout is under way; waiting for it"),
    async () => {
      const python = findPython();
      await step("npm packages", "260 MB to fetch, 750 MB on disk, about 30 s", packagesStep(cache));
      const tensorflow = await step(
        "native TensorFlow",
        "190 MB to fetch, 400 MB on disk, about 30 s",
        await tensorflowStep(cache, python),
      );
      await step(
        "Python environment",
        "56 MB to fetch, 320 MB on disk, about 40 s",
        pythonStep(cache, python),
      );
      await step("build", "about 10 s", await buildStep());
      await step("data sets", "MNIST and Fashion-MNIST, nothing to fetch, about 3 s", dataStep());
      const { installKernel } = await import("./install-kernel.mjs");
      installKernel({ root: ROOT });
      const { installCharts } = await import("./install-charts.mjs");
      installCharts({ root: ROOT });
      const { installPapermill } = await import("./install-papermill.mjs");
      installPapermill({ root: ROOT });
      return { ...tensorflow, python: python.version };
    },
  );
}

function cacheOrRefusal() {
  try {
    return cacheFolder({ root: ROOT });
  } catch (error) {
    throw new SetupError(
      error.message,
      "Set INTRINSIC_PARAMS_CACHE to a folder that you may write, or unset it.",
    );
  }
}

function packagesStep(cache) {
  const stamp = path.join(ROOT, "node_modules", ".setup-stamp");
  const inputs = digest(
    fs.readFileSync(path.join(ROOT, "package-lock.json")),
    `${process.platform} ${process.arch}`,
  );
  return {
    done: () => stampMatches(stamp, inputs) && fs.existsSync(path.join(ROOT, "node_modules", "tslab")),
    async work() {
      requireFreeDisk(cache);
      const [command, ...first] = npmCommand();
      await run(
        "installing the npm packages",
        command,
        [
          ...first,
          "ci",
          "--prefer-offline",
          // Without a network, npm would wait a minute and a half before it says so.
          "--fetch-retry-mintimeout=2000",
          "--fetch-retry-maxtimeout=8000",
          "--no-audit",
          "--no-fund",
        ],
        { cwd: ROOT },
      );
      writeWholeSync(stamp, inputs);
    },
  };
}

async function tensorflowStep(cache, python) {
  const { ensureTensorflow } = await import("./native-tensorflow.mjs");
  return {
    done: () => false,
    work: (log) => ensureTensorflow({ root: ROOT, cacheDir: cache, python: python.command, log }),
    outcome: (result) =>
      result.backend === "javascript"
        ? `not native here: ${result.reason}`
        : `TensorFlow ${result.tensorflow}, by way of ${result.route}`,
  };
}

function pythonStep(cache, python) {
  const venv = path.join(ROOT, ".venv");
  const stamp = path.join(venv, ".setup-stamp");
  const requirements = path.join(ROOT, "scripts", "requirements.txt");
  const inputs = digest(fs.readFileSync(requirements), python.version, ROOT);
  const wheels = path.join(cache, `wheels-${inputsOfWheels(requirements, python)}`);
  return {
    done: () => stampMatches(stamp, inputs) && fs.existsSync(venvProgram(ROOT, "python")),
    async work(log) {
      requireFreeDisk(cache);
      fs.rmSync(venv, { recursive: true, force: true });
      await run("making the Python environment", python.command, ["-m", "venv", venv]);
      const pip = [venvProgram(ROOT, "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"];
      const locked = ["--require-hashes", "--no-deps", "--quiet", "-r", requirements];
      // A folder of wheels for all checkouts, so that a second clone needs no network.
      if (!fs.existsSync(path.join(wheels, ".complete"))) {
        log("fetching JupyterLab and its packages");
        await run("fetching the Python packages", pip[0], [
          ...pip.slice(1),
          "download",
          "--prefer-binary",
          "--dest",
          wheels,
          ...locked,
        ]);
        writeWholeSync(path.join(wheels, ".complete"), "");
      }
      log("installing them");
      await run("installing the Python packages", pip[0], [
        ...pip.slice(1),
        "install",
        "--no-index",
        "--find-links",
        wheels,
        ...locked,
      ]);
      writeWholeSync(stamp, inputs);
    },
  };
}

const inputsOfWheels = (requirements, python) =>
  digest(
    fs.readFileSync(requirements),
    python.version.split(".").slice(0, 2).join("."),
    `${process.platform} ${process.arch}`,
  ).slice(0, 12);

/** What a build needs is there only after npm's packages. */
async function buildStep() {
  const { build, isBuilt } = await import("./build.mjs");
  return { done: isBuilt, work: () => build({ afresh: true }) };
}

const dataStep = () => ({ done: () => dataChecked(ROOT), work: () => checkData(ROOT) });

/** If the home cannot be written to (or there is none), npm, Jupyter and IPython keep their files in the cache folder. */
function useWritableFolders(cache) {
  if (!whyNotWritable(os.homedir())) return;
  const defaults = {
    npm_config_cache: "npm",
    JUPYTER_RUNTIME_DIR: "jupyter/runtime",
    JUPYTER_CONFIG_DIR: "jupyter/config",
    JUPYTER_DATA_DIR: "jupyter/data",
    JUPYTERLAB_SETTINGS_DIR: "jupyter/lab-settings",
    JUPYTERLAB_WORKSPACES_DIR: "jupyter/lab-workspaces",
    IPYTHONDIR: "ipython",
    PIP_CACHE_DIR: "pip",
  };
  for (const [name, folder] of Object.entries(defaults))
    process.env[name] ??= path.join(cache, ...folder.split("/"));
}

const GIGABYTE = 1e9;

function requireFreeDisk(cache) {
  for (const [folder, needed] of [
    [ROOT, 1.2 * GIGABYTE],
    [cache, 0.8 * GIGABYTE],
  ]) {
    fs.mkdirSync(folder, { recursive: true });
    const { bavail, bsize } = fs.statfsSync(folder);
    if (bavail * bsize < needed)
      throw new SetupError(
        `The disk that holds ${folder} has ${((bavail * bsize) / GIGABYTE).toFixed(2)} GB free; the set-up needs ${(needed / GIGABYTE).toFixed(1)} GB there.`,
        "Free some space, or set INTRINSIC_PARAMS_CACHE to a folder on a larger disk; then run the same command again.",
      );
  }
}

/** The npm that runs this script, else the one on the PATH. */
/** npm as a command that can be spawned, the one that runs this script if there is one. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /\.c?js$/.test(script)) return [process.execPath, script];
  return process.platform === "win32" ? ["cmd.exe", "/c", "npm"] : ["npm"];
}

const say = (line) => process.stdout.write(`${line}\n`);

/** Says what a step does and takes, shows that it is still running, and says how long it took. */
async function step(name, cost, { done, work, outcome }) {
  if (done()) {
    say(`✓ ${name}: already there`);
    return undefined;
  }
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(0)} s`;
  const terminal = process.stdout.isTTY;
  let now = "";
  let announced = false;
  const announce = () => {
    if (!announced) say(`… ${name} (${cost})`);
    announced = true;
  };
  // Silent for the first moment: a step that only finds everything in order needs no announcement.
  const timer = setInterval(() => {
    announce();
    if (terminal) process.stdout.write(`\r\x1b[K  ${seconds()}${now && `, ${now}`}`);
    else if (Math.round((Date.now() - start) / 1000) % 15 === 0) say(`  ${seconds()}${now && `, ${now}`}`);
  }, 1000);
  try {
    const result = await work((text) => {
      now = text;
    });
    if (terminal && announced) process.stdout.write("\r\x1b[K");
    const told = outcome?.(result);
    say(`✓ ${name}${told ? `: ${told}` : ""} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    if (terminal && announced) process.stdout.write("\r\x1b[K");
    throw error instanceof SetupError ? error : explainUnexpected(name, error);
  } finally {
    clearInterval(timer);
  }
}

function explainUnexpected(name, error) {
  return explainFailure(`the step "${name}"`, error.stack ?? String(error));
}
