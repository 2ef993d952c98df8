import { spawnSync } from "node:child_process";
import path from "node:path";
import { SetupError } from "./setup-error.mjs";

const PROBE = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";

/**
 * The first Python ≥ 3.10 that can make virtual environments: $PYTHON, python3, python, py.
 * @returns {{ command: string, version: string }} the interpreter's own path and version
 * @throws {SetupError} saying which Pythons were tried and what is missing
 */
export function findPython() {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : ["python3", "python", "py"];
  const seen = [];
  for (const candidate of candidates) {
    const probe = spawnSync(candidate, ["-c", PROBE], { encoding: "utf8" });
    if (probe.error) {
      seen.push(`${candidate}: not found`);
      continue;
    }
    if (probe.status !== 0) {
      seen.push(`${candidate}: ${probe.stderr.trim().split("\n").at(-1)}`);
      continue;
    }
    const [version, command] = probe.stdout.trim().split("\n");
    const [major, minor] = version.split(".").map(Number);
    if (major > 3 || (major === 3 && minor >= 10)) return { command, version };
    seen.push(`${candidate}: version ${version}, but 3.10 or later is needed`);
  }
  throw new SetupError(
    "No Python 3.10 or later with its venv module was found; JupyterLab runs on Python.",
    {
      linux:
        "Debian, Ubuntu: sudo apt-get install python3 python3-venv\nFedora: sudo dnf install python3\nor set PYTHON to an interpreter of your own; then run the same command again.",
      darwin: "brew install python  (or the installer of python.org); then run the same command again.",
      win32:
        "winget install Python.Python.3.12  (or the installer of python.org); then run the same command again.",
    }[process.platform] ?? "Install Python 3.10 or later, then run the same command again.",
    seen.join("\n"),
  );
}

/** A program of the project's own virtual environment. */
export function venvProgram(root, name) {
  return process.platform === "win32"
    ? path.join(root, ".venv", "Scripts", `${name}.exe`)
    : path.join(root, ".venv", "bin", name);
}
