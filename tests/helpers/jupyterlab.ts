import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ROOT } from "./root";

export type Lab = {
  /** The address with its token, as `npm start` prints it. */
  url: string;
  /** A copy of notebooks/ that the test may change. */
  folder: string;
  log: () => string;
  stop: () => Promise<void>;
};

/** Starts JupyterLab with `npm start`'s own script on a copy of the notebooks, inside the checkout so that imports resolve. */
export async function startLab(): Promise<Lab> {
  const folder = path.join(ROOT, ".cache", `lab-${process.pid}`);
  const state = `${folder}-state`;
  for (const each of [folder, state]) fs.rmSync(each, { recursive: true, force: true });
  fs.cpSync(path.join(ROOT, "notebooks"), folder, { recursive: true });
  const child = spawn(
    process.execPath,
    [path.join(ROOT, "scripts/start.mjs"), "--no-browser", `--ServerApp.root_dir=${folder}`],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      // As on a new machine: no tabs of an earlier visit, no settings of a user.
      env: {
        ...process.env,
        JUPYTERLAB_WORKSPACES_DIR: path.join(state, "workspaces"),
        JUPYTERLAB_SETTINGS_DIR: path.join(state, "settings"),
      },
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      log += chunk;
    });
  const url = await new Promise<string>((resolve, reject) => {
    const look = setInterval(() => {
      const found = /JupyterLab is running at\s+(\S+)/.exec(log);
      if (found) finish(() => resolve(found[1]));
    }, 100);
    const timer = setTimeout(
      () => finish(() => reject(new Error(`no address after 100 s:\n${log}`))),
      100_000,
    );
    child.once("close", (code) => finish(() => reject(new Error(`JupyterLab ended with ${code}:\n${log}`))));
    const finish = (then: () => void) => {
      clearInterval(look);
      clearTimeout(timer);
      then();
    };
  }).catch((error) => {
    child.kill("SIGTERM");
    throw error;
  });
  return { url, folder, log: () => log, stop: () => stop(child, [folder, state]) };
}

async function stop(child: ChildProcess, folders: string[]) {
  if (child.exitCode === null) {
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await closed;
    clearTimeout(timer);
  }
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
}
