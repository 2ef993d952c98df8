// Puts the kernel and JupyterLab's settings into the project's own .venv, never over a user's.

import fs from "node:fs";
import path from "node:path";
import { writeWholeSync } from "../src/common/writeWhole.cjs";

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="10" fill="#2f6db3"/>
  <path d="M10 44 L26 44 L42 18 L54 18" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>
  <circle cx="26" cy="44" r="5" fill="#ffd25f"/>
  <circle cx="42" cy="18" r="5" fill="#ffd25f"/>
</svg>
`;

/** What JupyterLab's own settings files say here: no news, rendered Markdown. */
const OVERRIDES = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  "@jupyterlab/docmanager-extension:plugin": { defaultViewers: { markdown: "Markdown Preview" } },
};

const SERVER = { LabApp: { default_url: "/lab/tree/index.md" } };

/** The kernel's spec: absolute paths, since Jupyter may start it from anywhere and with any PATH. */
export function kernelSpec({ root, node = process.execPath }) {
  return {
    argv: [
      node,
      // For the server alone, whose objects do not live long; without it, it takes 30 MB more.
      "--max-semi-space-size=2",
      path.join(root, "dist", "kernel", "main.js"),
      "--connection-file",
      "{connection_file}",
    ],
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message",
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
    metadata: {},
  };
}

/**
 * Writes the kernel spec "tslab" (the name that the notebooks carry) and JupyterLab's settings into `root`/.venv
 * and returns the files written. Each file is replaced as a whole or not at all.
 */
export function installKernel({ root, venv = path.join(root, ".venv") }) {
  const main = path.join(root, "dist", "kernel", "main.js");
  if (!fs.existsSync(main)) throw new Error(`${main} is missing: build the project first, by npm run build.`);
  if (!fs.existsSync(path.join(venv, "pyvenv.cfg"))) {
    throw new Error(`${venv} is no Python environment: run the set-up first, npm start -- --check.`);
  }
  const kernel = path.join(venv, "share", "jupyter", "kernels", "tslab");
  const files = new Map([
    [path.join(kernel, "kernel.json"), json(kernelSpec({ root }))],
    [path.join(kernel, "logo-svg.svg"), LOGO],
    [path.join(venv, "share", "jupyter", "lab", "settings", "overrides.json"), json(OVERRIDES)],
    [path.join(venv, "etc", "jupyter", "jupyter_server_config.json"), json(SERVER)],
  ]);
  for (const [file, text] of files) writeWholeSync(file, text);
  return [...files.keys()];
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
