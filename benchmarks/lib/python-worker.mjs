import { spawn } from "node:child_process";
import readline from "node:readline";

/** One thread for everything that NumPy might hand to a library with threads of its own. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/**
 * A Python script that answers one JSON line for each JSON line; it lives for the whole run, so that both sides
 * are warm when they are timed.
 */
export function pythonWorker(python, script) {
  const child = spawn(python, [script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...ONE_THREAD },
    windowsHide: true,
  });
  const waiting = [];
  let ended;
  const end = (reason) => {
    ended ??= new Error(`the Python side of the benchmark ended: ${reason}`);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  child.once("error", (error) => end(error.message));
  child.once("close", (code, signal) => end(signal ?? `exit code ${code}`));
  child.stdin.on("error", (error) => end(error.message));
  readline
    .createInterface({ input: child.stdout })
    .on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended) reject(ended);
        else {
          waiting.push({ resolve, reject });
          child.stdin.write(`${JSON.stringify(request)}\n`);
        }
      }),
    close: () => child.stdin.end(),
  };
}
