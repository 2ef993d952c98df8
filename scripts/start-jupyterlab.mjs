import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { venvProgram } from "./python.mjs";
import { ROOT, setUp } from "./setup.mjs";

/**
 * Sets everything up and runs JupyterLab on notebooks/ until it is stopped.
 * @param {string[]} args `--check` (report and stop), `--watch` (compile src/ on change); the rest is Jupyter's
 * @returns {Promise<number>} the exit code
 */
export async function start(args) {
  const own = new Set(["--check", "--watch"]);
  const passed = args.filter((arg) => !own.has(arg));
  const begin = Date.now();
  const installed = await setUp();
  console.log(`Set-up complete (${((Date.now() - begin) / 1000).toFixed(1)} s).`);
  if (args.includes("--check")) return (await import("./doctor.mjs")).doctor(installed);

  const watcher = args.includes("--watch")
    ? spawn(
        process.execPath,
        [path.join(ROOT, "node_modules/typescript/bin/tsc"), "-p", ROOT, "--watch", "--preserveWatchOutput"],
        {
          stdio: "inherit",
        },
      )
    : undefined;
  try {
    return await jupyterLab(passed);
  } finally {
    watcher?.kill();
  }
}

async function jupyterLab(passed) {
  const args = ["-m", "jupyterlab", ...passed];
  if (!passed.some((arg) => arg.startsWith("--ServerApp.root_dir")))
    args.push(`--ServerApp.root_dir=${path.join(ROOT, "notebooks")}`);
  const chosen = passed.some((arg) => /^--(no-browser|browser|ServerApp\.open_browser)/.test(arg));
  if (!chosen && !hasDisplay()) args.push("--no-browser");
  if (process.getuid?.() === 0 && !passed.includes("--allow-root")) {
    console.log("You are root: JupyterLab is started with --allow-root.");
    args.push("--allow-root");
  }
  const child = spawn(venvProgram(ROOT, "python"), args, {
    cwd: path.join(ROOT, "notebooks"),
    stdio: "inherit",
    env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1" },
  });
  // Ctrl+C reaches Jupyter too, which asks before it stops; so wait for its answer. A plain kill is passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
  const said = new AbortController();
  void sayAddress(child.pid, said.signal);
  try {
    return await ended;
  } finally {
    said.abort();
  }
}

const hasDisplay = () =>
  process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Says Jupyter's address last, since its log buries it; reads it from the file that the server writes about itself. */
async function sayAddress(pid, signal) {
  const folder = process.env.JUPYTER_RUNTIME_DIR ?? (await runtimeFolder());
  const file = path.join(folder, `jpserver-${pid}.json`);
  while (!signal.aborted) {
    await sleep(250);
    if (!fs.existsSync(file)) continue;
    const text = fs.readFileSync(file, "utf8");
    if (!text.trimEnd().endsWith("}")) continue;
    const { url, token } = JSON.parse(text);
    await sleep(500);
    console.log(
      `\n  JupyterLab is running at  ${url}lab/tree/index.md?token=${token}\n  Stop it with Ctrl+C.\n`,
    );
    return;
  }
}

async function runtimeFolder() {
  const { run } = await import("./run.mjs");
  return (
    await run("asking Jupyter for its folders", venvProgram(ROOT, "python"), [
      "-m",
      "jupyter",
      "--runtime-dir",
    ])
  ).trim();
}
