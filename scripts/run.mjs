import { spawn } from "node:child_process";
import { explainFailure, SetupError } from "./setup-error.mjs";

/**
 * Runs a program to its end and returns what it printed on standard output.
 * @param {string} doing the purpose, in words that fit "… failed"
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 * @throws {SetupError} with the last lines of its output and what to do
 */
export function run(doing, command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      shell: false,
      ...options,
    });
    let out = "";
    let all = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
      all += chunk;
    });
    child.stderr.on("data", (chunk) => {
      all += chunk;
    });
    child.on("error", (error) => {
      reject(
        error.code === "ENOENT"
          ? new SetupError(
              `The program ${JSON.stringify(command)} was not found; ${doing} needs it.`,
              `Install ${command}, then run the same command again.`,
            )
          : explainFailure(doing, String(error)),
      );
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve(out);
      else reject(explainFailure(doing, `${all}\n(${command} ended with ${signal ?? `exit code ${code}`})`));
    });
  });
}
