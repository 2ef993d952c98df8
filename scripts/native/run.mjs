import { spawn } from "node:child_process";

/**
 * Runs a program to its end and returns { status, signal, stdout, stderr, missing, timedOut };
 * never throws, whatever the program does.
 */
export function run(command, args, { timeout = 120_000, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const stopChild = () => child.kill("SIGKILL");
    process.once("exit", stopChild);
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stopChild();
    }, timeout);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const finish = (result) => {
      clearTimeout(timer);
      process.off("exit", stopChild);
      resolve({ status: null, signal: null, stdout, stderr, missing: false, timedOut, ...result });
    };
    child.on("error", (error) => finish({ missing: true, stderr: error.message }));
    child.on("close", (status, signal) => finish({ status, signal }));
  });
}

/** The last lines of an error text that say something, without a full stop at the end. */
export function lastWords(text, lines = 3) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !/^node:|^at |^Node\.js v/.test(line))
    .slice(-lines)
    .join(" | ")
    .slice(0, 600)
    .replace(/\.+$/, "");
}
