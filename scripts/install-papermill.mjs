// Puts papermill's translator for TypeScript into the project's own .venv. A Python package is a module and a folder of
// metadata; written by hand, it needs no build, and papermill finds it by its entry point.

import fs from "node:fs";
import path from "node:path";
import { writeWholeSync } from "../src/common/writeWhole.cjs";

const MODULE = "papermill_typescript";
const PACKAGE = "intrinsic_params_papermill";

/** Installs the translator from `root`/scripts into the environment `venv`, and returns the files written. */
export function installPapermill({ root, venv = path.join(root, ".venv") }) {
  const packages = sitePackages(venv);
  const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const metadata = path.join(packages, `${PACKAGE}-${version}.dist-info`);
  const old = fs.readdirSync(packages).filter((name) => name.startsWith(`${PACKAGE}-`));
  for (const name of old) {
    const folder = path.join(packages, name);
    if (folder !== metadata) fs.rmSync(folder, { recursive: true, force: true });
  }
  const files = new Map([
    [
      path.join(packages, `${MODULE}.py`),
      fs.readFileSync(path.join(root, "scripts", `${MODULE}.py`), "utf8"),
    ],
    [
      path.join(metadata, "METADATA"),
      `Metadata-Version: 2.1\nName: ${PACKAGE.replaceAll("_", "-")}\nVersion: ${version}\n`,
    ],
    [path.join(metadata, "entry_points.txt"), `[papermill.engine]\ntypescript = ${MODULE}:Engine\n`],
  ]);
  for (const [file, text] of files) writeWholeSync(file, text);
  return [...files.keys()];
}

/** The folder into which Python packages of an environment go. */
function sitePackages(venv) {
  const lib = path.join(venv, process.platform === "win32" ? "Lib" : "lib");
  const found = fs.existsSync(lib)
    ? ["", ...fs.readdirSync(lib)].map((name) => path.join(lib, name, "site-packages"))
    : [];
  const packages = found.find((folder) => fs.existsSync(folder));
  if (!packages) throw new Error(`${venv} is no Python environment: run the set-up first.`);
  return packages;
}
