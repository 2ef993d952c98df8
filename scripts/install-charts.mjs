// Puts the project's renderer of Plotly figures into JupyterLab, inside the project's own .venv. A federated extension
// is a folder with a package.json and a script that registers a container; written by hand, it needs no build.

import fs from "node:fs";
import path from "node:path";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { digest } from "./stamp.mjs";

export const NAME = "intrinsic-params-charts";

/** The container in which JupyterLab looks for the plugin; the rest is loaded beside it as modules. */
const ENTRY = `{
  const here = document.currentScript.src;
  let shared;
  (window._JUPYTERLAB ??= {})[${JSON.stringify(NAME)}] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const { plugin } = await import(new URL("extension.mjs", here).href);
      const made = await plugin(shared);
      return () => ({ __esModule: true, default: made });
    },
  };
}
`;

/** The wheel of `plotly` brings a renderer that writes to the notebook; it stays off, and this one is used. */
const DISABLED = { "@jupyterlab/plotly-extension": true };

/**
 * Installs the renderer from `root`/dist/show/lab and `root`'s plotly.js, and returns its folder. The files lie in a folder
 * named by their content, so that no browser shows an old copy; package.json, which names that folder, is replaced last.
 */
export function installCharts({ root, venv = path.join(root, ".venv") }) {
  const built = path.join(root, "dist", "show", "lab");
  const packaged = path.join(root, "node_modules", "plotly.js-dist");
  const plotly = path.join(packaged, "plotly.js");
  if (!fs.existsSync(path.join(built, "extension.mjs")))
    throw new Error(`${built} is missing: build the project first, by npm run build.`);
  const modules = fs
    .readdirSync(built)
    .filter((name) => name.endsWith(".mjs"))
    .sort();
  const { version } = JSON.parse(fs.readFileSync(path.join(packaged, "package.json"), "utf8"));
  const texts = modules.map((name) => [name, fs.readFileSync(path.join(built, name), "utf8")]);
  const hash = digest(version, ENTRY, ...texts.flat()).slice(0, 16);
  const folder = path.join(venv, "share", "jupyter", "labextensions", NAME);
  const statics = path.join(folder, "static");
  const target = path.join(statics, hash);
  if (!fs.existsSync(path.join(target, "remoteEntry.js"))) {
    fs.mkdirSync(target, { recursive: true });
    fs.copyFileSync(plotly, path.join(target, "plotly.js"));
    for (const [name, text] of texts) writeWholeSync(path.join(target, name), text);
    writeWholeSync(path.join(target, "remoteEntry.js"), ENTRY);
  }
  writeWholeSync(
    path.join(folder, "package.json"),
    json({
      name: NAME,
      version: JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).version,
      description: "Shows the charts of intrinsic-params, and all other Plotly figures, in JupyterLab.",
      license: "MIT",
      jupyterlab: {
        mimeExtension: true,
        _build: { load: `static/${hash}/remoteEntry.js`, mimeExtension: "./plugin" },
      },
    }),
  );
  disable(path.join(venv, "etc", "jupyter", "labconfig", "page_config.json"));
  for (const name of fs.readdirSync(statics))
    if (name !== hash) fs.rmSync(path.join(statics, name), { recursive: true, force: true });
  return folder;
}

/** Disables these extensions beside any that the reader has disabled. */
function disable(file) {
  const page = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
  writeWholeSync(file, json({ ...page, disabledExtensions: { ...page.disabledExtensions, ...DISABLED } }));
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
