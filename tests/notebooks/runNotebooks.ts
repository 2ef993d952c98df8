import { spawn } from "node:child_process";
import path from "node:path";
import { venvProgram } from "../../scripts/python.mjs";
import { ROOT } from "../helpers/root";

/** Runs scripts/run_notebooks.py with these arguments; its exit code and all that it said. */
export function runNotebooks(...args: string[]) {
  return runNotebooksWith({}, ...args);
}

/** As `runNotebooks`, with these variables of the environment besides. */
export function runNotebooksWith(variables: Record<string, string>, ...args: string[]) {
  return new Promise<{ status: number | null; out: string }>((resolve, reject) => {
    const child = spawn(venvProgram(ROOT, "python"), [path.join(ROOT, "scripts/run_notebooks.py"), ...args], {
      env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1", ...variables },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        out += chunk;
      });
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, out }));
  });
}
