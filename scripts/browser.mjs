import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { run } from "./run.mjs";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
];
const PLACES = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

/** The path of an installed Chrome, Chromium or Edge: $CHROME, else the usual names and places; else undefined. */
export function findBrowser() {
  if (process.env.CHROME) return process.env.CHROME;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return [
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...(PLACES[process.platform] ?? []),
  ].find((file) => fs.existsSync(file));
}

/**
 * Finds a browser for the tests; as root with apt (a container, CI) installs Debian's Chromium.
 * @returns {Promise<string | undefined>} its path; undefined if there is none, after saying so
 */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) {
    console.log("… Chromium for the browser tests (120 MB to fetch, about 30 s)");
    const start = Date.now();
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("reading the package lists", "apt-get", ["update"], { env });
    await run("installing Chromium", "apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
      env,
    });
    console.log(`✓ Chromium: installed (${((Date.now() - start) / 1000).toFixed(0)} s)`);
    return findBrowser();
  }
  console.log(
    "! No Chrome or Chromium found: the browser tests will be SKIPPED. Install one, or set CHROME to its path.",
  );
  return undefined;
}
