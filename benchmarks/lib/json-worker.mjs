import { spawn } from "node:child_process";
import readline from "node:readline";

/**
 * A program that answers one JSON line for each JSON line; it lives as long as it is asked, so that it is warm
 * when it is timed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ name: string, env?: NodeJS.ProcessEnv }} options `name` stands in the error if it ends early
 */
export function jsonWorker(command, args, { name, env = {} }) {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
    windowsHide: true,
  });
  const waiting = [];
  let ended;
  const end = (reason) => {
    ended ??= new Error(`The ${name} side of the benchmark ended: ${reason}.`);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  const closed = new Promise((resolve) => {
    child.once("error", (error) => {
      end(error.message);
      resolve();
    });
    child.once("close", (code, signal) => {
      end(signal ?? `exit code ${code}`);
      resolve();
    });
  });
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
    /** Lets it end; resolves when it has. */
    close: () => {
      child.stdin.end();
      return closed;
    },
  };
}
